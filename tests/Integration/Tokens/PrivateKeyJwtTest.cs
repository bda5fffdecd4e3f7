using System.Net;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.DPoP;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>A configured client that signs an assertion instead of sending a secret, and one that publishes its keys.</summary>
public abstract class PrivateKeyJwtTest : GatehouseTest
{
    private protected const string Client = "signing-client";
    private const string Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private protected JwksServer Published { get; } = new();

    private protected ProofForge Key { get; private set; } = null!;

    private protected override GatehouseHostOptions CreateOptions() => new()
    {
        Settings = new Dictionary<string, string?>
        {
            ["Clients:1:Id"] = Client,
            ["Clients:1:Scopes"] = "samples:read tokens:introspect",
            ["Clients:1:Jwks"] = new JsonObject { ["keys"] = new JsonArray(new JsonObject { ["kty"] = "OKP" }, WithKid(Key, "first")) }.ToJsonString(),
            ["Clients:2:Id"] = "publishing-client",
            ["Clients:2:Scopes"] = "samples:read",
            ["Clients:2:JwksUri"] = Published.Url.ToString(),
        },
    };

    public override async ValueTask InitializeAsync()
    {
        // A host is needed to make the forge, whose key is needed to start the host: the forge only reads the host's clock.
        Key = new ProofForge(() => Host.Time);
        await Published.StartAsync();
        Published.Publish(WithKid(Key, "first"));
        await base.InitializeAsync();
        await Host.AddClientSecretAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        Key.Dispose();
        await base.DisposeAsync();
        await Published.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal static JsonObject WithKid(ProofForge key, string kid)
    {
        var jwk = key.Jwk();
        jwk["kid"] = kid;
        return jwk;
    }

    private protected JsonObject Header(string? kid, string? type)
    {
        var header = new JsonObject { ["alg"] = Key.Algorithm };
        if (kid is not null)
        {
            header["kid"] = kid;
        }

        if (type is not null)
        {
            header["typ"] = type;
        }

        return header;
    }

    private protected JsonObject Claims(string client = Client) => new()
    {
        ["iss"] = client,
        ["sub"] = client,
        ["aud"] = GatehouseHost.Issuer,
        ["jti"] = Guid.NewGuid().ToString("N"),
        ["exp"] = Host.Time.GetUtcNow().ToUnixTimeSeconds() + 60,
    };

    private protected string Sign() => Key.Sign(Header("first", null), Claims());

    private protected string WithClaim(string claim, JsonNode? value)
    {
        var claims = Claims();
        claims.Remove(claim);
        if (value is not null)
        {
            claims[claim] = value;
        }

        return Key.Sign(Header("first", null), claims);
    }

    private protected static (string Name, string Value)[] Fields(string assertion) => [("client_assertion_type", Type), ("client_assertion", assertion)];

    private protected Task<HttpResponseMessage> PostAsync(string assertion) => Host.PostFormAsync("/token", [("grant_type", "client_credentials"), .. Fields(assertion)]);

    private protected async Task AssertRefusedAsync(string assertion, string? reason = null)
    {
        using var response = await PostAsync(assertion);

        Assert.Equal("invalid_client", await response.ReadOAuthErrorAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("private_key_jwt realm=\"gatehouse\"", response.Headers.WwwAuthenticate.ToString());
        if (reason is not null)
        {
            Assert.Contains(Host.Logs.GetSnapshot(), record => record.Message.StartsWith("Client authentication failed", StringComparison.Ordinal) && record.Message.Contains($"reason {reason},", StringComparison.Ordinal));
        }
    }
}
