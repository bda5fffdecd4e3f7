using System.Net;
using System.Text.Json;
using Gatehouse.Local;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Node;

namespace Gatehouse.Tests.Integration.LocalHost;

/// <summary>The sign-in page in a browser with an authenticator of its own, on a local/Host with default settings.</summary>
public sealed class SignInPageTests(SignInPageRun run) : IClassFixture<SignInPageRun>
{
    [Fact]
    public async Task SignIn_ByPassword_CodeOfAnApp_AndPasskey()
    {
        var seen = await run.SeeAsync();

        Assert.Equal("User name or password is wrong. Check both and try again.", seen.Text("wrongPassword"));
        Assert.True(seen.Of("qrCode").GetBoolean());
        Assert.StartsWith("The code is not that of the secret.", seen.Text("wrongFirstCode"), StringComparison.Ordinal);
        Assert.Equal(10, seen.Of("recoveryCodes").GetInt32());
        Assert.StartsWith("The code is not accepted.", seen.Text("wrongCode"), StringComparison.Ordinal);
        Assert.Equal("The passkey is added. Your other sessions have ended.", seen.Text("afterPasskey"));
        Assert.Equal("pwd, otp, mfa", seen.Text("methodsOfCode"));
        Assert.Equal("hwk, user, mfa", seen.Text("methodsOfPasskey"));
        Assert.Equal("pwd", seen.Text("methodsOfPassword"));
    }

    [Fact]
    public async Task Account_ListsProductsPageByPage() => Assert.Equal(10, (await run.SeeAsync()).Texts("products").Distinct().Count());

    [Fact]
    public async Task Session_EndsByItsButton() => Assert.Equal(["2", "1"], (await run.SeeAsync()).Texts("sessions"));

    [Fact]
    public async Task SessionThatEndedElsewhere_LeadsToTheForm_AndLeavesNothingOnThePage()
    {
        var seen = await run.SeeAsync();

        Assert.Equal("The access token is not accepted. The access token was revoked.", seen.Text("endedElsewhere"));
        Assert.Equal("Name", seen.Text("focusAfterEnd"));
        Assert.Empty(seen.Text("leftBehind"));
    }

    [Fact]
    public async Task Browser_KeepsNothing_AndCallsThisServerOnly()
    {
        var seen = await run.SeeAsync();

        Assert.Equal(["0", "0", "0", "0"], seen.Texts("stored"));
        Assert.Empty(seen.Texts("foreign"));
        Assert.Empty(seen.Texts("errors"));
    }

    [Fact]
    public async Task Page_IsAccessible_ByKeyboardAndScreenReader_InBothColorSchemes_OnANarrowScreen()
    {
        var seen = await run.SeeAsync();

        Assert.Empty(seen.Texts("faults"));
        Assert.Equal(["Name", "Password", "Sign in", "Sign in with a passkey"], seen.Texts("tabs"));
        Assert.Equal("You are signed in", seen.Text("focusAfterSignIn"));
        Assert.Equal("Code", seen.Text("secondStepFocus"));
        Assert.False(seen.Of("overflows").GetBoolean());
    }

    [Theory]
    [InlineData("/sign-in", "text/html")]
    [InlineData("/sign-in/page.css", "text/css")]
    [InlineData("/sign-in/session.js", "text/javascript")]
    public async Task File_AllowsScriptsAndStylesOfThisServerOnly(string path, string mediaType)
    {
        using var response = await run.Client.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(mediaType, response.Content.Headers.ContentType!.MediaType);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownFile_IsNotFound()
    {
        using var response = await run.Client.GetAsync("/sign-in/openapi.json", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Welcome_NamesThePage() => await run.Process.WaitForOutputAsync($"{run.Client.BaseAddress}sign-in");

    [Theory]
    [InlineData("http://*:7071", "Development", "localhost", "http://localhost:7071")]
    [InlineData("http://127.0.0.1:7071", "Development", null, null)]
    [InlineData("http://localhost:7071", "Production", null, null)]
    [InlineData("http://localhost:7071", "Development", "example.com", "https://example.com", "--Authentication:Passkeys:RelyingPartyId=example.com", "--Authentication:Passkeys:Origins=https://example.com")]
    public void Passkeys_AreForThisPage_UnlessSettingsNameAnother(string urls, string environment, string? relyingParty, string? origins, params string[] settings)
    {
        using var folder = new TemporaryFolder();
        string[] line = ["--urls", urls, "--environment", environment, "--data", folder.Path, .. settings];

        var configuration = LocalApplication.CreateBuilder(new HostCommandLine(line).ReadArguments()).Configuration;

        Assert.Equal(relyingParty, configuration["Authentication:Passkeys:RelyingPartyId"]);
        Assert.Equal(origins, configuration["Authentication:Passkeys:Origins"]);
    }

    [Fact]
    public async Task ServerWithoutTokens_HasNoPage()
    {
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions
        {
            HasClientSecret = false,
            Settings = new Dictionary<string, string?>
            {
                ["Tokens:Enabled"] = "false",
                ["Protection:TrustedIssuers:0:Authority"] = "https://issuer.example/",
                ["Protection:TrustedIssuers:0:Audience"] = "gatehouse",
                ["Protection:TrustedIssuers:0:Scopes"] = "products:read",
            },
        });

        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync("/sign-in")).StatusCode);
    }
}

/// <summary>The host, and one run of tests/Node/sign-in-page.mjs for all tests of the class.</summary>
public sealed class SignInPageRun : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private HostProcess? _process;
    private Seen? _seen;

    internal HttpClient Client { get; } = new();

    internal HostProcess Process => _process!;

    public async ValueTask InitializeAsync()
    {
        // By its name, not its address: a passkey is for a name.
        var url = new UriBuilder(LoopbackServer.FindFreeUrl()) { Host = "localhost" }.Uri;
        _process = await HostProcess.StartAsync(_folder.Path, "--urls", url.GetLeftPart(UriPartial.Authority));
        Client.BaseAddress = url;
    }

    /// <summary>The notes of the script, which runs at the first call.</summary>
    internal async Task<Seen> SeeAsync()
    {
        if (_seen is null)
        {
            var result = await Chromium.RunAsync("sign-in-page.mjs", $"{Client.BaseAddress}sign-in", "viewer", DemoEnvironment.Read(_folder.Path)["VIEWER_PASSWORD"], _folder.Path);
            Assert.True(result.ExitCode == 0, result.Errors);
            _seen = new Seen(JsonElement.Parse(result.Output));
        }

        return _seen;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _folder.Dispose();
    }

    /// <summary>What the script saw, by name.</summary>
    internal sealed record Seen(JsonElement Notes)
    {
        public JsonElement Of(string name) => Notes.GetProperty(name);

        public string Text(string name) => Of(name).GetString()!;

        public string[] Texts(string name) => [.. Of(name).EnumerateArray().Select(static item => item.ToString())];
    }
}
