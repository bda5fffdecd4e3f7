using System.Text.Json;
using Azure.Core;
using Azure.Identity;
using Gatehouse.KeyTool;
using Gatehouse.KeyTool.Deployment;
using Gatehouse.Tests.Integration.KeyVault;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.KeyTool;

/// <summary><c>deploy secrets</c>, which azd and deploy.yml run after the infrastructure is there.</summary>
public sealed class DeploySecretsTests : IAsyncLifetime
{
    private const string Admin = "bootstrap-admin";
    private const int TriesBeforeTheLast = 19;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2027, 1, 4, 8, 0, 0, TimeSpan.Zero));
    private readonly Dictionary<string, string> _variables = [];
    private readonly List<TimeSpan> _waits = [];
    private Action _whileWaiting = static () => { };
    private KeyVaultServer _vault = null!;

    public async ValueTask InitializeAsync()
    {
        _vault = await KeyVaultServer.StartAsync(_time);
        _variables["AZURE_KEY_VAULT_URI"] = _vault.Uri.ToString();
    }

    public ValueTask DisposeAsync() => _vault.DisposeAsync();

    [Fact]
    public async Task FirstRun_MakesAnAdministratorThatExpires_AndAKeyThatSigns_AndALaterRunReplacesNeither()
    {
        _variables["GATEHOUSE_ADMIN_NAME"] = "o'neill@example.com";

        var first = await RunAsync();
        var second = await RunAsync();

        Assert.All([first, second], static run => Assert.True(run.ExitCode == ExitCode.Ok, run.Errors));
        var admin = Assert.Single(_vault.VersionsOf(Admin));
        var secret = JsonSerializer.Deserialize<Dictionary<string, string>>(admin.Value)!;
        Assert.Equal("o'neill@example.com", secret["username"]);
        Assert.Equal(32, secret["password"].Length);
        Assert.Equal(_time.GetUtcNow().AddDays(90), admin.Expires);
        Assert.DoesNotContain(secret["password"], first.Output + first.Errors, StringComparison.Ordinal);
        Assert.Equal(_time.GetUtcNow().AddDays(365), Assert.Single(_vault.VersionsOf(VaultHost.KeyName)).Expires);
        Assert.Contains("active", second.Output, StringComparison.Ordinal);
        Assert.Empty(_waits);
    }

    [Fact]
    public async Task NewRoleThatIsNotAppliedYet_IsWaitedFor_AndEachWaitIsAnnounced()
    {
        _vault.Answer(403, Refusal("ForbiddenByRbac"));
        _whileWaiting = () =>
        {
            if (_waits.Count == 3)
            {
                _vault.ComeBack();
            }
        };

        var run = await RunAsync();

        Assert.True(run.ExitCode == ExitCode.Ok, run.Errors);
        Assert.Equal(3, _waits.Count);
        Assert.Contains("Trying again in 15 s (3 of 19).", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "ForbiddenByRbac", TriesBeforeTheLast)]
    [InlineData(403, "ForbiddenByFirewall", 0)]
    [InlineData(403, "ForbiddenByConnection", 0)]
    [InlineData(400, "BadParameter", 0)]
    public async Task OnlyAMissingRole_IsTriedAgain(int status, string code, int waits)
    {
        _vault.Answer(status, Refusal(code));

        var run = await RunAsync();

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Equal(waits, _waits.Count);
        Assert.Contains($"status {status}", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignedOutDeployer_IsToldToSignIn_WithoutAWait()
    {
        var run = await RunAsync(new SignedOutCredential());

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Contains("Sign in (azd auth login, az login", run.Errors, StringComparison.Ordinal);
        Assert.Contains("Azure CLI not installed", run.Errors, StringComparison.Ordinal);
        Assert.Empty(_waits);
    }

    [Theory]
    [InlineData("AZURE_KEY_VAULT_URI", "", "AZURE_KEY_VAULT_URI is not set to an https URL")]
    [InlineData("GATEHOUSE_ADMIN_NAME", "\u0007", "--admin (GATEHOUSE_ADMIN_NAME)")]
    public async Task UnusableVariable_IsNamed_BeforeTheVaultIsAsked(string name, string value, string message)
    {
        _variables[name] = value;

        var run = await RunAsync();

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
        Assert.Equal(0, _vault.Lists);
    }

    [Fact]
    public async Task AppWithoutTokensOfItsOwn_GetsNeitherAKeyNorAnAdministrator()
    {
        _variables["GATEHOUSE_TOKENS_ENABLED"] = "False";

        var run = await RunAsync();

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Equal(0, _vault.Lists);
    }

    private static string Refusal(string code) => $$"""{"error": {"code": "Forbidden", "message": "Refused.", "innererror": {"code": "{{code}}"} } }""";

    private async Task<ToolResult> RunAsync(SignedOutCredential? identity = null)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var deployer = new Deployer(
            _ => VaultHost.CreateClient(_vault, identity: identity),
            _variables.GetValueOrDefault,
            (pause, _) =>
            {
                _waits.Add(pause);
                _whileWaiting();
                return Task.CompletedTask;
            });
        var commands = new KeyCommands(_ => throw new InvalidOperationException(), "", static type => KeyPool.Take("deployed", type), deployer, _time);
        var exitCode = await commands.InvokeAsync(["deploy", "secrets"], TextReader.Null, output, error, TestContext.Current.CancellationToken);
        return new ToolResult(exitCode, output.ToString(), error.ToString());
    }

    private sealed class SignedOutCredential : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new CredentialUnavailableException("Azure CLI not installed");

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new CredentialUnavailableException("Azure CLI not installed");
    }
}
