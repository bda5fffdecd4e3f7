using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Gatehouse.Keys;
using Gatehouse.KeyTool;
using Gatehouse.KeyTool.Deployment;

var commands = new KeyCommands(
    static vault => new SecretClient(vault, new DefaultAzureCredential(), KeysServiceCollectionExtensions.CreateClientOptions(vault)),
    Path.Combine(Repository.DataFolder, "keys"),
    KeyType.Create,
    Deployer.OfThisMachine,
    TimeProvider.System);
return await commands.InvokeAsync(args, Console.In, Console.Out, Console.Error, CancellationToken.None);
