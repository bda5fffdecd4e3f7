using System.Net;
using System.Net.Http.Headers;
using Gatehouse.Local.Functions;
using Gatehouse.Protection;
using Gatehouse.Protection.Issuers;
using Gatehouse.Protection.Telemetry;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Issuers;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.Protection;

/// <summary>An app that has nothing of Gatehouse but the library, and trusts one issuer.</summary>
public sealed class LibraryTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(TestKeys.CreatedOn);
    private readonly StandInNetwork _network = new();
    private readonly StandInIssuer _issuer;
    private WebApplication? _app;

    public LibraryTests() => _issuer = new StandInIssuer(_network, _time);

    [Theory]
    [InlineData("/sample/forgotten")]
    [InlineData("/sample/any-token")]
    [InlineData("/sample/role")]
    public async Task FunctionThatIsNotOpen_WithoutAToken_IsRefused(string path)
    {
        using var client = await StartAsync();

        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(path == "/sample/forgotten" ? HttpStatusCode.Forbidden : HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Challenge_NamesNoMetadata_WhereNoFunctionServesThem()
    {
        using var client = await StartAsync(("Protection:PublicUrl", "https://api.example.com"));

        using var response = await client.GetAsync(new Uri("/sample/any-token", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("Bearer realm=\"gatehouse\"", response.Headers.WwwAuthenticate.ToString());
    }

    [Theory]
    [InlineData("/sample/open", HttpStatusCode.OK)]
    [InlineData("/sample/any-token", HttpStatusCode.OK)]
    [InlineData("/sample/forgotten", HttpStatusCode.Forbidden)]
    [InlineData("/sample/two-scopes", HttpStatusCode.Forbidden)]
    [InlineData("/sample/role", HttpStatusCode.Forbidden)]
    [InlineData("/sample/failing", HttpStatusCode.InternalServerError)]
    public async Task TokenOfTheIssuer_OpensWhatItAllows(string path, HttpStatusCode expected)
    {
        using var client = await StartAsync();

        Assert.Equal(expected, await GetAsync(client, path, _issuer.CreateToken()));
    }

    [Fact]
    public async Task Scopes_AreThoseOfTheToken_UpToThoseOfTheIssuer()
    {
        using var client = await StartAsync(("Protection:TrustedIssuers:0:Scopes", "a:read b:read"));

        Assert.Equal(HttpStatusCode.OK, await GetAsync(client, "/sample/two-scopes", _issuer.CreateToken(static claims => claims["scope"] = "a:read b:read")));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(client, "/sample/two-scopes", _issuer.CreateToken(static claims => claims["scope"] = "a:read")));
    }

    [Fact]
    public async Task Roles_AreThoseThatTheIssuerNames()
    {
        using var client = await StartAsync();

        Assert.Equal(HttpStatusCode.OK, await GetAsync(client, "/sample/role", _issuer.CreateToken(static claims => claims["roles"] = new System.Text.Json.Nodes.JsonArray("auditor"))));
    }

    [Fact]
    public async Task Transformation_ChangesTheCaller_BeforeTheRuleIsChecked()
    {
        using var client = await StartAsync(builder => builder.Services.AddSingleton<ICallerTransformation, AuditorOfFriday>());

        Assert.Equal(HttpStatusCode.OK, await GetAsync(client, "/sample/role", _issuer.CreateToken(static claims => claims["sub"] = "friday")));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(client, "/sample/role", _issuer.CreateToken()));
    }

    [Fact]
    public async Task DefaultRule_AppliesToFunctionsThatStateNone()
    {
        using var client = await StartAsync(configure: static options => options.DefaultRule = new AuthorizeAttribute());

        Assert.Equal(HttpStatusCode.OK, await GetAsync(client, "/sample/forgotten", _issuer.CreateToken()));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(client, "/sample/forgotten", token: null));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(client, "/sample/open", token: null));
    }

    [Fact]
    public async Task MisspeltSetting_StopsTheStart()
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(("Protection:TrustedIssuer:0:Authority", "https://issuer.example/")));

        Assert.Contains("TrustedIssuers", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TenThousandCallsWithoutAToken_AreAllRefused()
    {
        using var client = await StartAsync();

        var statuses = new System.Collections.Concurrent.ConcurrentDictionary<HttpStatusCode, int>();
        await Parallel.ForAsync(0, 10_000, TestContext.Current.CancellationToken, async (_, _) => statuses.AddOrUpdate(await GetAsync(client, "/sample/any-token", token: null), 1, static (_, count) => count + 1));

        Assert.Equal([KeyValuePair.Create(HttpStatusCode.Unauthorized, 10_000)], statuses);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _network.Dispose();
    }

    private static async Task<HttpStatusCode> GetAsync(HttpClient client, string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private Task<HttpClient> StartAsync(params (string Name, string Value)[] settings) => StartAsync(null, null, settings);

    private async Task<HttpClient> StartAsync(
        Action<FunctionHostBuilder>? change = null,
        Action<GatehouseProtectionOptions>? configure = null,
        params (string Name, string Value)[] settings)
    {
        var builder = new FunctionHostBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration[WebHostDefaults.ServerUrlsKey] = "http://127.0.0.1:0";
        foreach (var (name, value) in _issuer.Settings().Select(static setting => (setting.Key, setting.Value!)).Concat(settings))
        {
            builder.Configuration[name] = value;
        }

        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddKeyedSingleton(
            TrustedIssuersServiceCollectionExtensions.ClientKey,
            (services, _) => IssuerDocuments.CreateClient(services.GetRequiredService<ProtectionMetrics>(), _network));
        builder.AddGatehouseProtection(options =>
        {
            options.FunctionAssemblies.Add(typeof(SampleFunctions).Assembly);
            configure?.Invoke(options);
        });
        builder.AddFunctions(typeof(SampleFunctions).Assembly);
        change?.Invoke(builder);
        _app = builder.Build();
        await _app.StartAsync(TestContext.Current.CancellationToken);
        return new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
    }

    /// <summary>Gives one caller a role that the issuer does not know.</summary>
    private sealed class AuditorOfFriday : ICallerTransformation
    {
        public ValueTask<Caller> TransformAsync(Caller caller, FunctionContext context) =>
            ValueTask.FromResult(caller.Subject == "friday" ? caller with { Roles = ["auditor"] } : caller);
    }
}
