using System.Net;
using System.Text.Json.Nodes;
using Gatehouse.Protection.Telemetry;
using Gatehouse.Tests.Integration.DPoP;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Telemetry;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>Clients that sign an assertion instead of sending a secret (RFC 7523 §2.2 and §3).</summary>
public sealed class PrivateKeyJwtTests : GatehouseTest
{
    private const string Client = "signing-client";
    private const string Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private readonly JwksServer _published = new();
    private ProofForge _key = null!;

    private protected override GatehouseHostOptions CreateOptions() => new()
    {
        Settings = new Dictionary<string, string?>
        {
            ["Clients:1:Id"] = Client,
            ["Clients:1:Scopes"] = "samples:read tokens:introspect",
            ["Clients:1:Jwks"] = new JsonObject { ["keys"] = new JsonArray(new JsonObject { ["kty"] = "OKP" }, WithKid(_key, "first")) }.ToJsonString(),
            ["Clients:2:Id"] = "publishing-client",
            ["Clients:2:Scopes"] = "samples:read",
            ["Clients:2:JwksUri"] = _published.Url.ToString(),
        },
    };

    public override async ValueTask InitializeAsync()
    {
        // A host is needed to make the forge, whose key is needed to start the host: the forge only reads the host's clock.
        _key = new ProofForge(() => Host.Time);
        await _published.StartAsync();
        _published.Publish(WithKid(_key, "first"));
        await base.InitializeAsync();
        await Host.AddClientSecretAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        _key.Dispose();
        await base.DisposeAsync();
        await _published.DisposeAsync();
    }

    [Theory]
    [InlineData("first", null)]
    [InlineData(null, null)]
    [InlineData("first", "JWT")]
    [InlineData("first", "client-authentication+jwt")]
    [InlineData("first", "jwt")]
    [InlineData("first", "application/Client-Authentication+JWT")]
    public async Task GoodAssertion_GetsAToken(string? kid, string? type)
    {
        using var response = await PostAsync(_key.Sign(Header(kid, type), Claims()));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Issuer_TokenEndpoint_OrBoth_IsTheAudience()
    {
        foreach (var audience in new JsonNode[] { GatehouseHost.Issuer, GatehouseHost.Issuer + "/token", new JsonArray(GatehouseHost.Issuer), new JsonArray(GatehouseHost.Issuer + "/token", GatehouseHost.Issuer) })
        {
            using var response = await PostAsync(WithClaim("aud", audience));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task Assertion_IsTakenAtIntrospectionAndRevocationToo()
    {
        using var token = await PostAsync(Sign());
        var accessToken = (await Hosting.Tokens.ReadAsync(token)).AccessToken;

        using var introspected = await Host.PostFormAsync("/introspect", [("token", accessToken), .. Fields(Sign())]);
        using var revoked = await Host.PostFormAsync("/revoke", [("token", accessToken), .. Fields(Sign())]);

        Assert.True((await introspected.ReadJsonAsync()).GetProperty("active").GetBoolean());
        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
    }

    [Theory]
    [InlineData("iss", "another-client")]
    [InlineData("sub", "another-client")]
    [InlineData("iss", null)]
    [InlineData("sub", null)]
    [InlineData("jti", null)]
    [InlineData("jti", "")]
    [InlineData("aud", null)]
    [InlineData("exp", null)]
    [InlineData("exp", "later")]
    [InlineData("aud", "https://another.example")]
    [InlineData("aud", GatehouseHost.Issuer + "/")]
    public Task WrongClaim_IsRefused(string claim, string? value) => AssertRefusedAsync(WithClaim(claim, value));

    [Theory]
    [InlineData(GatehouseHost.Issuer, "https://another.example")]
    [InlineData("https://another.example", GatehouseHost.Issuer + "/token")]
    [InlineData("https://another.example")]
    [InlineData]
    public Task AudienceOfAnotherServer_IsRefused_EvenBesideTheRightOne(params string[] audiences) =>
        AssertRefusedAsync(WithClaim("aud", new JsonArray([.. audiences.Select(static audience => JsonValue.Create(audience))])), "wrong_audience");

    [Theory]
    [InlineData(-30)]
    [InlineData(331)]
    [InlineData(86_400)]
    public Task Expiry_PastOrTooFarAhead_IsRefused(int seconds) =>
        AssertRefusedAsync(WithClaim("exp", Host.Time.GetUtcNow().ToUnixTimeSeconds() + seconds), "not_current");

    [Fact]
    public Task AssertionNotYetValid_IsRefused() =>
        AssertRefusedAsync(WithClaim("nbf", Host.Time.GetUtcNow().ToUnixTimeSeconds() + 60), "not_current");

    [Fact]
    public async Task UsedAssertion_IsRefused()
    {
        var assertion = Sign();
        using var first = await PostAsync(assertion);

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        await AssertRefusedAsync(assertion, "replayed");
    }

    [Theory]
    [InlineData("dpop+jwt")]
    [InlineData("at+jwt")]
    public Task AnotherKindOfToken_IsRefused(string type) => AssertRefusedAsync(_key.Sign(Header("first", type), Claims()), "malformed");

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("ES384")]
    public Task AnotherAlgorithm_IsRefused(string algorithm)
    {
        var header = Header("first", null);
        header["alg"] = algorithm;
        return AssertRefusedAsync(_key.Sign(header, Claims()), "wrong_algorithm");
    }

    [Fact]
    public Task UnknownKey_IsRefused() => AssertRefusedAsync(_key.Sign(Header("second", null), Claims()), "unknown_key");

    [Fact]
    public async Task SignatureOfAnotherKey_IsRefused()
    {
        using var other = new ProofForge(() => Host.Time);

        await AssertRefusedAsync(other.Sign(Header("first", null), Claims()), "wrong_signature");
    }

    [Fact]
    public Task ClientWithASecret_CannotUseAnAssertion() => AssertRefusedAsync(_key.Sign(Header("first", null), Claims(GatehouseHost.ClientId)), "wrong_method");

    [Fact]
    public async Task ClientWithAKey_CannotUseASecret()
    {
        using var response = await Host.PostFormAsync("/token", ("grant_type", "client_credentials"), ("client_id", Client), ("client_secret", GatehouseHost.ClientSecret));

        Assert.Equal("invalid_client", await response.ReadOAuthErrorAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public Task UnknownClient_IsRefused() => AssertRefusedAsync(_key.Sign(Header("first", null), Claims("nobody")), "unknown_client");

    [Theory]
    [InlineData("a.b")]
    [InlineData("e30.e30.e30")]
    [InlineData("eyJcdWQ4MDAiOjF9.e30.e30")]
    [InlineData("e30.eyJcdWQ4MDAiOjF9.e30")]
    public Task BrokenAssertion_IsRefused(string assertion) => AssertRefusedAsync(assertion, "malformed");

    [Fact]
    public async Task AssertionOfAnotherType_IsRefused()
    {
        using var response = await Host.PostFormAsync(
            "/token", ("grant_type", "client_credentials"), ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"), ("client_assertion", Sign()));

        Assert.Equal("invalid_client", await response.ReadOAuthErrorAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task ClientIdOfTheForm_MustBeThatOfTheAssertion()
    {
        using var response = await Host.PostFormAsync("/token", [("grant_type", "client_credentials"), ("client_id", "publishing-client"), .. Fields(Sign())]);

        Assert.Equal("invalid_client", await response.ReadOAuthErrorAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task AssertionBesideASecret_IsRefused()
    {
        using var response = await Host.PostFormAsync("/token", [("grant_type", "client_credentials"), ("client_secret", "x"), .. Fields(Sign())]);

        Assert.Equal("invalid_request", await response.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task PublishedKeys_AreFetchedOnce_AndAgainForANewKey_ButNotForEachInventedOne()
    {
        using var first = await PostAsync(_key.Sign(Header("first", null), Claims("publishing-client")));
        using var again = await PostAsync(_key.Sign(Header("first", null), Claims("publishing-client")));
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(1, _published.Reads);

        using var next = new ProofForge(() => Host.Time);
        _published.Publish(WithKid(next, "second"));
        using var rotated = await PostAsync(next.Sign(Header("second", null), Claims("publishing-client")));
        Assert.Equal(HttpStatusCode.OK, rotated.StatusCode);
        Assert.Equal(2, _published.Reads);

        for (var i = 0; i < 3; i++)
        {
            await AssertRefusedAsync(next.Sign(Header("invented-" + i, null), Claims("publishing-client")), "unknown_key");
        }

        Assert.Equal(2, _published.Reads);
    }

    [Fact]
    public async Task PublishedKeys_AreMeasured_WhenTheyAreRead()
    {
        using var duration = Host.Listen<double>(MetricNames.DependencyDuration);
        using var response = await PostAsync(_key.Sign(Header("first", null), Claims("publishing-client")));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("dependency=client_keys operation=GET 127.0.0.1 outcome=ok", duration.Attributes());
    }

    [Fact]
    public async Task PublishedKeys_NoLongerReadable_StayValid()
    {
        using var first = await PostAsync(_key.Sign(Header("first", null), Claims("publishing-client")));
        _published.IsAway = true;
        Host.Time.Advance(TimeSpan.FromHours(2));

        using var later = await PostAsync(_key.Sign(Header("first", null), Claims("publishing-client")));

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
    }

    [Fact]
    public async Task PublishedKeys_NeverRead_AreUnavailable()
    {
        _published.IsAway = true;

        using var response = await PostAsync(_key.Sign(Header("first", null), Claims("publishing-client")));

        Assert.Equal("temporarily_unavailable", await response.ReadOAuthErrorAsync(HttpStatusCode.ServiceUnavailable));
    }

    private static JsonObject WithKid(ProofForge key, string kid)
    {
        var jwk = key.Jwk();
        jwk["kid"] = kid;
        return jwk;
    }

    private JsonObject Header(string? kid, string? type)
    {
        var header = new JsonObject { ["alg"] = _key.Algorithm };
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

    private JsonObject Claims(string client = Client) => new()
    {
        ["iss"] = client,
        ["sub"] = client,
        ["aud"] = GatehouseHost.Issuer,
        ["jti"] = Guid.NewGuid().ToString("N"),
        ["exp"] = Host.Time.GetUtcNow().ToUnixTimeSeconds() + 60,
    };

    private string Sign() => _key.Sign(Header("first", null), Claims());

    private string WithClaim(string claim, JsonNode? value)
    {
        var claims = Claims();
        claims.Remove(claim);
        if (value is not null)
        {
            claims[claim] = value;
        }

        return _key.Sign(Header("first", null), claims);
    }

    private static (string Name, string Value)[] Fields(string assertion) => [("client_assertion_type", Type), ("client_assertion", assertion)];

    private Task<HttpResponseMessage> PostAsync(string assertion) => Host.PostFormAsync("/token", [("grant_type", "client_credentials"), .. Fields(assertion)]);

    private async Task AssertRefusedAsync(string assertion, string? reason = null)
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
