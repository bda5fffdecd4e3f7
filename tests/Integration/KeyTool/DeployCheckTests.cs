using Gatehouse.KeyTool;
using Gatehouse.KeyTool.Deployment;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.KeyTool;

/// <summary><c>deploy check</c>, the smoke test of a deployment.</summary>
public sealed class DeployCheckTests : IAsyncLifetime
{
    private const string Issuer = "https://issuer.example.com";
    private const string KeySet = """{"keys":[{"kid":"one"}]}""";

    private readonly Dictionary<string, string> _variables = new() { ["GATEHOUSE_ISSUER"] = Issuer };
    private readonly Dictionary<string, (int Status, string Body)> _answers = new()
    {
        ["/health"] = (200, "{}"),
        ["/health/ready"] = (200, "{}"),
        ["/.well-known/jwks.json"] = (200, KeySet),
        ["/.well-known/openid-configuration"] = (200, $$"""{"issuer":"{{Issuer}}"}"""),
        ["/api/products"] = (401, "{}"),
    };

    private readonly List<TimeSpan> _waits = [];
    private readonly List<string> _asked = [];
    private Action _whileWaiting = static () => { };
    private string? _challenge = "Bearer realm=\"gatehouse\"";
    private WebApplication _app = null!;

    public async ValueTask InitializeAsync()
    {
        _app = LoopbackServer.CreateBuilder().Build();
        _app.Run(async context =>
        {
            var path = context.Request.Path.Value!;
            _asked.Add(path);
            var (status, body) = _answers[path];
            context.Response.StatusCode = status;
            context.Response.Headers.WWWAuthenticate = status == 401 ? _challenge : null;
            await context.Response.WriteAsync(body);
        });
        await _app.StartAsync();
        _variables["GATEHOUSE_URL"] = _app.Urls.First();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task HealthyApp_Passes()
    {
        var run = await RunAsync();

        Assert.True(run.ExitCode == ExitCode.Ok, run.Errors);
        Assert.Equal(_answers.Keys, _asked);
        Assert.Contains("Gatehouse answers as it should", run.Output, StringComparison.Ordinal);
        Assert.Empty(_waits);
    }

    [Fact]
    public async Task ThisRepositorysApp_Passes()
    {
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions());
        _variables["GATEHOUSE_URL"] = host.Client.BaseAddress!.ToString();
        _variables["GATEHOUSE_ISSUER"] = GatehouseHost.Issuer;

        var run = await RunAsync();

        Assert.True(run.ExitCode == ExitCode.Ok, run.Errors);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(503)]
    public async Task AppThatStartsCold_IsAskedAgain_AndEachWaitIsAnnounced(int status)
    {
        _answers["/health"] = (status, "");
        _whileWaiting = () =>
        {
            if (_waits.Count == 2)
            {
                _answers["/health"] = (200, "{}");
            }
        };

        var run = await RunAsync();

        Assert.True(run.ExitCode == ExitCode.Ok, run.Errors);
        Assert.Contains($"/health answered {status}. Trying again in 5 s (2 of 19).", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/health", 403, "by the access restriction", "/health answered 403, not 200. by the access restriction")]
    [InlineData("/health/ready", 503, "no vault", "/health/ready answered 503, not 200. no vault")]
    [InlineData("/.well-known/jwks.json", 200, """{"keys":[]}""", "/.well-known/jwks.json has no key")]
    [InlineData("/.well-known/jwks.json", 200, "<html>", "/.well-known/jwks.json is not JSON")]
    [InlineData("/.well-known/openid-configuration", 200, """{"issuer":"https://other.example.com"}""", "does not name the issuer")]
    [InlineData("/api/products", 200, "[]", "/api/products answered 200, not 401")]
    public async Task WrongAnswer_IsReported_WithItsBody(string path, int status, string body, string message)
    {
        _answers[path] = (status, body);

        var run = await RunAsync();

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
        Assert.Equal(status == 503 ? 19 : 0, _waits.Count);
    }

    [Fact]
    public async Task RefusalWithoutAChallenge_IsReported()
    {
        _challenge = null;

        Assert.Contains("without a WWW-Authenticate: Bearer challenge", (await RunAsync()).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AppWithoutTokensOfItsOwn_IsNotAskedForKeysOrIssuer()
    {
        _variables["GATEHOUSE_TOKENS_ENABLED"] = "false";

        Assert.Equal(ExitCode.Ok, (await RunAsync()).ExitCode);
        Assert.Equal(["/health", "/health/ready", "/api/products"], _asked);
    }

    [Fact]
    public async Task GivenUrl_IsItsOwnIssuer()
    {
        var run = await RunAsync(_app.Urls.First());

        Assert.Contains($"does not name the issuer {_app.Urls.First()}", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AppThatIsGone_AndUnencryptedUrl_AreReported()
    {
        // Port 9 is the discard service, which no test machine runs.
        Assert.Contains("/health did not answer", (await RunAsync("http://127.0.0.1:9")).Errors, StringComparison.Ordinal);
        Assert.Contains("is not an https URL", (await RunAsync("http://gatehouse.example.com")).Errors, StringComparison.Ordinal);
        _variables.Remove("GATEHOUSE_URL");
        Assert.Contains("GATEHOUSE_URL is not set", (await RunAsync()).Errors, StringComparison.Ordinal);
    }

    private async Task<ToolResult> RunAsync(params string[] url)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var deployer = new Deployer(static _ => throw new InvalidOperationException(), _variables.GetValueOrDefault, (pause, _) =>
        {
            _waits.Add(pause);
            _whileWaiting();
            return Task.CompletedTask;
        });
        var commands = new KeyCommands(static _ => throw new InvalidOperationException(), "", KeyType.Create, deployer, new FakeTimeProvider());
        var exitCode = await commands.InvokeAsync(["deploy", "check", .. url], TextReader.Null, output, error, TestContext.Current.CancellationToken);
        return new ToolResult(exitCode, output.ToString(), error.ToString());
    }
}
