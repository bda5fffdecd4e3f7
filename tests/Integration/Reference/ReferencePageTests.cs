using System.Net;
using System.Text.Json;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.LocalHost;
using Gatehouse.Tests.Integration.Node;

namespace Gatehouse.Tests.Integration.Reference;

/// <summary>The API's description as a page on which requests can be tried.</summary>
public sealed class ReferencePageTests(DemoHost demo) : IClassFixture<DemoHost>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_InABrowser_SignsTheClientIn_AndShowsTheProducts()
    {
        var screenshot = Path.Combine(demo.Folder, "page.png");

        var result = await Chromium.RunAsync("reference-page.mjs", $"{demo.Process.Url}docs", DemoEnvironment.Read(demo.Folder)["CLIENT_SECRET"], screenshot);

        Assert.True(result.ExitCode == 0, result.Errors);
        using var seen = JsonDocument.Parse(result.Output);
        Assert.Empty(Texts(seen, "errors"));
        Assert.Empty(Texts(seen, "foreign"));
        Assert.Equal(200, seen.RootElement.GetProperty("status").GetInt32());
        Assert.Contains("Atlas of Quiet Places", Texts(seen, "products"));
        Assert.True(new FileInfo(screenshot).Length > 10_000);
    }

    [Fact]
    public async Task Page_InABrowser_ShowsTheErrorToAWrongSecret_InsteadOfThePromptOfTheBrowser()
    {
        var result = await Chromium.RunAsync("reference-page-refusal.mjs", $"{demo.Process.Url}docs", "a wrong secret");

        Assert.True(result.ExitCode == 0, result.Errors);
        using var seen = JsonDocument.Parse(result.Output);
        Assert.Equal(401, seen.RootElement.GetProperty("status").GetInt32());
        Assert.Equal("The client is unknown, or its credentials are missing or wrong.", seen.RootElement.GetProperty("error").GetString());

        // A browser without a window shows no prompt, so the test looks at its cause.
        Assert.DoesNotContain("Basic", seen.RootElement.GetProperty("challenge").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_InABrowser_ShowsTheListing_OfAServerThatIssuesNoTokens()
    {
        using var folder = new TemporaryFolder();
        await using var host = await HostProcess.StartAsync(
            folder.Path,
            "--Tokens:Enabled=false",
            "--Protection:TrustedIssuers:0:Authority=https://issuer.example/",
            "--Protection:TrustedIssuers:0:Audience=gatehouse",
            "--Protection:TrustedIssuers:0:Scopes=products:read",
            "--environment=Development");

        var result = await Chromium.RunAsync("reference-page.mjs", $"{host.Url}docs");

        Assert.True(result.ExitCode == 0, result.Errors);
        using var seen = JsonDocument.Parse(result.Output);
        Assert.Empty(Texts(seen, "errors"));
        Assert.Empty(Texts(seen, "foreign"));
    }

    [Fact]
    public async Task Page_AllowsScriptsOfThisServerOnly()
    {
        await using var host = await GatehouseHost.StartAsync();

        using var response = await host.GetAsync("/docs");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scalar.js")]
    [InlineData("reference.js")]
    public async Task Script_CallerAcceptsCompression_IsCompressed_AndNotSentAgain(string name)
    {
        await using var host = await GatehouseHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/docs/{name}");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
        using var compressed = await host.Client.SendAsync(request, Cancellation);
        using var plain = await host.GetAsync($"/docs/{name}");

        Assert.Equal(["gzip"], compressed.Content.Headers.ContentEncoding);
        Assert.Empty(plain.Content.Headers.ContentEncoding);
        Assert.NotEqual((await plain.Content.ReadAsByteArrayAsync(Cancellation)).Length, (await compressed.Content.ReadAsByteArrayAsync(Cancellation)).Length);

        using var again = new HttpRequestMessage(HttpMethod.Get, $"/docs/{name}");
        again.Headers.TryAddWithoutValidation("If-None-Match", compressed.Headers.ETag!.Tag);
        using var notModified = await host.Client.SendAsync(again, Cancellation);
        Assert.Equal(HttpStatusCode.NotModified, notModified.StatusCode);
    }

    [Theory]
    [InlineData("br, gzip;q=0.5", "gzip")]
    [InlineData("gzip;q=0", "")]
    [InlineData("x-gzip-not", "")]
    [InlineData(",;=", "")]
    public async Task Script_IsCompressed_OnlyForCallersThatAcceptIt(string accepted, string coding)
    {
        await using var host = await GatehouseHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/docs/reference.js");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);

        using var response = await host.Client.SendAsync(request, Cancellation);

        Assert.Equal(coding, string.Join(',', response.Content.Headers.ContentEncoding));
    }

    [Theory]
    [InlineData("/docs")]
    [InlineData("/docs/scalar.js")]
    public async Task DisabledPage_IsNotFound(string path)
    {
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions { Settings = new Dictionary<string, string?> { ["Operations:ServeReference"] = "false" } });

        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync(path)).StatusCode);
        using var description = await host.GetAsync("/openapi.json");
        Assert.DoesNotContain("\"/docs\"", await description.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Texts(JsonDocument document, string name) => document.RootElement.GetProperty(name).EnumerateArray().Select(static item => item.GetString()!);
}
