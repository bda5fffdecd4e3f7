using System.Text.Json.Nodes;
using Gatehouse.Protection.Issuers;
using Gatehouse.Protection.Telemetry;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.Issuers;

/// <summary>An OpenID provider that publishes and signs whatever a test wants.</summary>
internal sealed class StandInIssuer
{
    public const string Audience = "https://api.example.com";

    private readonly FakeTimeProvider _time;
    private readonly string _authority;

    public StandInIssuer(StandInNetwork network, FakeTimeProvider time, string authority = "https://issuer.example/", string? name = null)
    {
        _time = time;
        _authority = authority;
        Name = name ?? authority;
        DiscoveryAddress = authority.TrimEnd('/') + "/.well-known/openid-configuration";
        KeysAddress = authority.TrimEnd('/') + "/keys";
        Discovery = new JsonObject { ["issuer"] = Name, ["jwks_uri"] = KeysAddress };
        network.Publish(DiscoveryAddress, () => Discovery.ToJsonString());
        network.Publish(KeysAddress, () => new JsonObject { ["keys"] = new JsonArray([.. Keys.Select(static key => key.ToJwk())]) }.ToJsonString());
    }

    public string Name { get; }

    public string DiscoveryAddress { get; }

    public string KeysAddress { get; }

    public JsonObject Discovery { get; }

    public IList<IssuerKey> Keys { get; } = [IssuerKey.Rsa()];

    /// <summary>The settings that trust it for samples:read, and others.</summary>
    public Dictionary<string, string?> Settings(int place = 0, params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string?>
        {
            [$"Protection:TrustedIssuers:{place}:Authority"] = _authority,
            [$"Protection:TrustedIssuers:{place}:Issuer"] = Name,
            [$"Protection:TrustedIssuers:{place}:Audience"] = Audience,
            [$"Protection:TrustedIssuers:{place}:Scopes"] = "samples:read",
        };
        foreach (var (name, value) in more)
        {
            settings[$"Protection:TrustedIssuers:{place}:{name}"] = value;
        }

        return settings;
    }

    /// <summary>Starts a host that trusts whom the settings name.</summary>
    public static Task<GatehouseHost> StartHostAsync(StandInNetwork network, FakeTimeProvider time, IReadOnlyDictionary<string, string?> settings, string? signingKey = null) =>
        GatehouseHost.StartAsync(new GatehouseHostOptions
        {
            Time = time,
            SigningKey = signingKey ?? TestKeys.Rsa,
            Settings = settings,
            Configure = builder => builder.Services.AddKeyedSingleton(
                TrustedIssuersServiceCollectionExtensions.ClientKey,
                (services, _) => IssuerDocuments.CreateClient(services.GetRequiredService<ProtectionMetrics>(), network)),
        });

    /// <summary>The claims of a good token.</summary>
    public JsonObject Claims()
    {
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        return new JsonObject
        {
            ["iss"] = Name,
            ["aud"] = Audience,
            ["sub"] = "somebody|1",
            ["client_id"] = "a-client",
            ["scope"] = "samples:read",
            ["iat"] = now,
            ["exp"] = now + 3600,
        };
    }

    /// <summary>A token, good but for what is named.</summary>
    public string CreateToken(Action<JsonObject>? change = null, IssuerKey? key = null, string algorithm = "RS256", Action<JsonObject>? changeHeader = null)
    {
        key ??= Keys[0];
        var claims = Claims();
        change?.Invoke(claims);
        var header = new JsonObject { ["alg"] = algorithm, ["kid"] = key.Kid, ["typ"] = "at+jwt" };
        changeHeader?.Invoke(header);
        return TokenForge.Sign(header.ToJsonString(), claims.ToJsonString(), content => key.Sign(content, algorithm));
    }

    /// <summary>A token whose type is that of most providers' access tokens.</summary>
    public string CreateJwtToken(Action<JsonObject>? change = null) => CreateToken(change, changeHeader: static header => header["typ"] = "JWT");
}
