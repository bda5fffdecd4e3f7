using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Gatehouse.KeyTool;
using Gatehouse.Keys;

var commands = new KeyCommands(
    static vault => new SecretClient(vault, new DefaultAzureCredential(), KeysServiceCollectionExtensions.CreateClientOptions(vault)),
    TimeProvider.System);
return await commands.InvokeAsync(args, Console.In, Console.Out, Console.Error, CancellationToken.None);
