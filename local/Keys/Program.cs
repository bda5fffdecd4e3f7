using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Gatehouse.Keys;
using Gatehouse.KeyTool;

var commands = new KeyCommands(
    static vault => new SecretClient(vault, new DefaultAzureCredential(), KeysServiceCollectionExtensions.CreateClientOptions(vault)),
    TimeProvider.System);
return await commands.InvokeAsync(args, Console.In, Console.Out, Console.Error, CancellationToken.None);
