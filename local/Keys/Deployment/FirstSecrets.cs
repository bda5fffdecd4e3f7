using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Azure;
using Azure.Identity;
using Gatehouse.Users;

namespace Gatehouse.KeyTool.Deployment;

/// <summary>Creates the first administrator's secret and the first signing key, each only if it is missing.</summary>
internal sealed class FirstSecrets(IKeyStore admins, KeyActions keys, Deployer deployer, TimeProvider time, KeyOutput output)
{
    private const int PasswordBytes = 24;
    private const int Tries = 20;
    private const int Forbidden = 403;

    // The vault announces an expiry 30 days before it, so the operators get a mail after two months if the secret is still there.
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    // A firewall refuses until its rules change, so waiting is useless.
    private static readonly string[] Firewall = ["ForbiddenByFirewall", "ForbiddenByConnection"];

    public async Task<int> CreateAsync(string adminName, TimeSpan keyLifetime, CancellationToken cancellationToken)
    {
        if (!UserName.TryParse(adminName, out var name) || name.HoldsInvisible)
        {
            throw new KeyToolException("--admin (GATEHOUSE_ADMIN_NAME) takes the name of a user: 1 to 128 visible characters.");
        }

        await RetryAsync(() => CreateAdminAsync(adminName, cancellationToken), cancellationToken);
        return await RetryAsync(() => keys.NewAsync(type: null, keyLifetime, ifMissing: true, cancellationToken), cancellationToken);
    }

    private async Task<int> CreateAdminAsync(string name, CancellationToken cancellationToken)
    {
        if ((await admins.ListAsync(cancellationToken)).Count > 0)
        {
            await output.SayAsync($"{admins.Description} exists. Nothing to do.");
            return ExitCode.Ok;
        }

        var now = time.GetUtcNow();
        var password = Convert.ToBase64String(RandomNumberGenerator.GetBytes(PasswordBytes));
        await admins.AddAsync(
            new NewVersion
            {
                Value = new JsonObject { ["username"] = name, ["password"] = password }.ToJsonString(),
                ContentType = "application/json",
                NotBefore = now,
                ExpiresOn = now + Lifetime,
                Tags = new Dictionary<string, string> { [VersionTags.MadeBy] = "gatehouse-keys" },
            },
            cancellationToken);
        await output.SayAsync($"The first administrator is in {admins.Description} for {Lifetime.Days} days. Sign in, change the password, then disable the secret.");
        return ExitCode.Ok;
    }

    /// <summary>Tries again while Azure applies a new role assignment, which takes minutes. No other failure is worth a wait.</summary>
    private async Task<int> RetryAsync(Func<Task<int>> act, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await act();
            }
            catch (Exception exception) when (Find<AuthenticationFailedException>(exception) is { } signedOut)
            {
                throw new KeyToolException($"No one is signed in who could write to the vault. Sign in (azd auth login, az login, or azure/login in a workflow) and repeat this. {signedOut.Message}", exception);
            }
            catch (Exception exception) when (tries < Tries && Find<RequestFailedException>(exception) is { Status: Forbidden } refusal && !Array.Exists(Firewall, refusal.Message.Contains))
            {
                await output.SayAsync($"The vault refuses this identity, perhaps because Azure has not applied its new role yet. Trying again in {Pause.TotalSeconds:0} s ({tries} of {Tries - 1}).");
                await deployer.WaitAsync(Pause, cancellationToken);
            }
        }
    }

    // The last try of the client throws an AggregateException.
    private static TException? Find<TException>(Exception? exception)
        where TException : Exception =>
        exception switch
        {
            null => null,
            TException found => found,
            AggregateException several => several.InnerExceptions.Select(Find<TException>).FirstOrDefault(static found => found is not null),
            _ => Find<TException>(exception.InnerException),
        };
}
