using System.Net.Http.Headers;
using Gatehouse.Protection;
using Gatehouse.Protection.DPoP;
using Gatehouse.Protection.Issuers;
using Gatehouse.Protection.Telemetry;
using Gatehouse.Tests.Apps.ProtectedAspNetCore;
using Gatehouse.Tests.Integration.DPoP;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Issuers;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.AspNetCore;

/// <summary>The app with ASP.NET Core integration on the real worker in this process. It trusts one issuer.</summary>
public sealed class ProtectedApp : IAsyncLifetime
{
    internal const string AllowedOrigin = "https://shop.example";
    internal const string Friday = "friday";

    private readonly StandInNetwork _network = new();
    private readonly StandInIssuer _issuer;
    private readonly Action<FunctionHost.FunctionHostOptions>? _configure;
    private FunctionHost.FunctionHost? _host;

    /// <summary>For the tests' framework: one for all tests of a class.</summary>
    public ProtectedApp()
        : this(configure: null)
    {
    }

    internal ProtectedApp(Action<FunctionHost.FunctionHostOptions>? configure)
    {
        _configure = configure;
        _issuer = new StandInIssuer(_network, Time);
        Key = new ProofForge(() => Time);
    }

    internal FunctionHost.FunctionHost Host => _host!;

    internal FakeTimeProvider Time { get; } = new(TestKeys.CreatedOn);

    internal ProofForge Key { get; }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _host = await FunctionHost.FunctionHost.StartAsync<RuleFunctions>(
        options =>
        {
            foreach (var (name, value) in _issuer.Settings(0, ("Scopes", "a:read b:read class:read")))
            {
                options.Settings[name] = value;
            }

            options.Settings["Protection:PublicUrl"] = GatehouseHost.Issuer;
            options.Settings["Protection:AllowedOrigins"] = AllowedOrigin;
            options.ConfigureServices(services => services
                .AddSingleton<TimeProvider>(Time)
                .AddSingleton<ICallerTransformation, AuditorOfFriday>()
                .AddSingleton<INonceSource, OldNonce>()
                .AddKeyedSingleton(
                    TrustedIssuersServiceCollectionExtensions.ClientKey,
                    (provider, _) => IssuerDocuments.CreateClient(provider.GetRequiredService<ProtectionMetrics>(), _network)));
            _configure?.Invoke(options);
        },
        TestContext.Current.CancellationToken);

    /// <summary>A token of the issuer, with these scopes and roles.</summary>
    internal string CreateToken(string scope = "a:read", string? role = null, string? subject = null, ProofForge? key = null) => _issuer.CreateToken(claims =>
    {
        claims["scope"] = scope;
        claims["sub"] = subject ?? claims["sub"]!.GetValue<string>();
        if (role is not null)
        {
            claims["roles"] = new System.Text.Json.Nodes.JsonArray(role);
        }

        if (key is not null)
        {
            claims["cnf"] = new System.Text.Json.Nodes.JsonObject { ["jkt"] = key.Thumbprint };
        }
    });

    /// <summary>Sends a request with a bearer token, or with a token under another scheme, and with other headers.</summary>
    internal Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token = null, string scheme = "Bearer", params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue(scheme, token);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (method == HttpMethod.Post)
        {
            request.Content = new ByteArrayContent([]);
        }

        return Host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Sends a GET.</summary>
    internal Task<HttpResponseMessage> GetAsync(string path, string? token = null) => SendAsync(HttpMethod.Get, path, token);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        Key.Dispose();
        _network.Dispose();
    }

    /// <summary>Gives one caller a role that the issuer does not know.</summary>
    private sealed class AuditorOfFriday : ICallerTransformation
    {
        // HttpContext is there already.
        public ValueTask<Caller> TransformAsync(Caller caller, FunctionContext context) =>
            ValueTask.FromResult(caller.Subject == Friday && context.GetHttpContext() is not null ? caller with { Roles = ["auditor"] } : caller);
    }

    /// <summary>Takes one nonce, which is old enough for the next one to be offered.</summary>
    private sealed class OldNonce : INonceSource
    {
        public ValueTask<string> CreateAsync(CancellationToken cancellationToken) => ValueTask.FromResult("next");

        public ValueTask<TimeSpan?> FindAgeAsync(string nonce, CancellationToken cancellationToken) =>
            ValueTask.FromResult<TimeSpan?>(nonce == "old" ? TimeSpan.FromMinutes(4) : null);
    }
}
