using System.CommandLine;
using Gatehouse.Users;

namespace Gatehouse.KeyTool.Deployment;

/// <summary>The verbs of <c>deploy</c>, which azd and deploy.yml run: the same on every system, unlike scripts.</summary>
internal sealed class DeployCommands(Deployer deployer, TimeProvider time)
{
    private readonly Option<string?> _admin = new("--admin") { Description = "The name of the first administrator. Default: GATEHOUSE_ADMIN_NAME, or admin." };
    private readonly Option<string?> _issuer = new("--issuer") { Description = "The issuer that the app must name. Default: GATEHOUSE_ISSUER, or the URL." };
    private readonly Argument<string?> _url = new("url") { Description = "The URL of the app. Default: GATEHOUSE_URL.", Arity = ArgumentArity.ZeroOrOne };

    // Tokens:Enabled of the deployed app: without tokens of its own it has neither keys nor users.
    private bool IssuesTokens => !string.Equals(deployer.Variable("GATEHOUSE_TOKENS_ENABLED"), "false", StringComparison.OrdinalIgnoreCase);

    /// <param name="act">Opens the actions on a store's keys.</param>
    /// <param name="vault">The option <c>--vault</c>.</param>
    /// <param name="secret">The option <c>--secret</c>.</param>
    /// <param name="keyLifetime">The lifetime of the first key.</param>
    /// <param name="output">The standard output.</param>
    /// <param name="error">The standard error.</param>
    public Command Create(Func<ParseResult, IKeyStore, KeyActions> act, Option<Uri?> vault, Option<string> secret, TimeSpan keyLifetime, TextWriter output, TextWriter error)
    {
        var secrets = new Command("secrets", "Creates the first signing key and the first administrator's secret, each only if it is missing.") { _admin };
        secrets.SetAction(async (parsed, token) =>
        {
            if (!IssuesTokens)
            {
                await error.WriteLineAsync("The app issues no tokens (Tokens:Enabled is false), so it needs neither a key nor an administrator.");
                return ExitCode.Ok;
            }

            var client = deployer.Connect(parsed.GetValue(vault) ?? deployer.Require("AZURE_KEY_VAULT_URI", "--vault"));
            var keys = act(parsed, new VaultKeyStore(client, parsed.GetValue(secret)!));
            var admins = new VaultKeyStore(client, new AuthenticationOptions().BootstrapSecretName);
            var name = parsed.GetValue(_admin) ?? deployer.Variable("GATEHOUSE_ADMIN_NAME");
            return await new FirstSecrets(admins, keys, deployer, time, new KeyOutput(output, error, isJson: false)).CreateAsync(string.IsNullOrEmpty(name) ? "admin" : name, keyLifetime, token);
        });

        var check = new Command("check", "Checks a deployed app from outside: it answers, is ready, publishes a key, names its issuer and refuses a request without a token.") { _url, _issuer };
        check.SetAction(async (parsed, token) =>
        {
            var given = parsed.GetValue(_url);
            var url = given ?? deployer.Require("GATEHOUSE_URL", "the URL").OriginalString;
            var issuer = parsed.GetValue(_issuer) ?? (given is null ? deployer.Variable("GATEHOUSE_ISSUER") : null);
            using var client = new HttpClient { Timeout = DeployedApp.TimeLimit };
            return await new DeployedApp(client, deployer, output, error).CheckAsync(url, string.IsNullOrEmpty(issuer) ? null : issuer, IssuesTokens, token);
        });
        return new Command("deploy", "The steps after a deployment, with the variables of azd or of deploy.yml.") { secrets, check };
    }
}
