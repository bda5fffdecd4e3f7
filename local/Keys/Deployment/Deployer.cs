using Azure.Core;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Gatehouse.Keys;
using Gatehouse.Protection.Settings;

namespace Gatehouse.KeyTool.Deployment;

/// <summary>The surroundings of the verbs of <c>deploy</c>: the identity that deploys, the environment's variables, and the waits between tries.</summary>
/// <param name="Connect">Creates the client of a vault.</param>
/// <param name="Variable">Reads a variable. azd sets those of its environment for its hooks, deploy.yml the outputs of the template.</param>
/// <param name="WaitAsync">Waits between two tries.</param>
internal sealed record Deployer(Func<Uri, SecretClient> Connect, Func<string, string?> Variable, Func<TimeSpan, CancellationToken, Task> WaitAsync)
{
    public static Deployer OfThisMachine { get; } = new(
        static vault => new SecretClient(vault, CreateCredential(), KeysServiceCollectionExtensions.CreateClientOptions(vault)),
        Environment.GetEnvironmentVariable,
        Task.Delay);

    /// <summary>A URL in a variable that azd or deploy.yml must have set.</summary>
    public Uri Require(string name, string instead) =>
        Uri.TryCreate(Variable(name), UriKind.Absolute, out var url) && SafeAddress.IsSafe(url)
            ? url
            : throw new KeyToolException($"{name} is not set to an https URL. azd sets it from the outputs of infra/main.bicep: run azd provision, which also runs this. Or give {instead}.");

    // The template gives the role to the identity that deployed. In a hook that is azd's, although az may be signed in as another.
    private static TokenCredential CreateCredential()
    {
        var options = new AzureCliCredentialOptions();
        if (Environment.GetEnvironmentVariable("AZURE_SUBSCRIPTION_ID") is { Length: > 0 } subscription)
        {
            // az may have selected another one, even of another tenant, whose tokens the vault refuses.
            options.Subscription = subscription;
        }

        var az = new AzureCliCredential(options);
        return Environment.GetEnvironmentVariable("AZURE_ENV_NAME") is null ? az : new ChainedTokenCredential(new AzureDeveloperCliCredential(), az);
    }
}
