using System.Net;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.DPoP;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>Clients that sign an assertion instead of sending a secret (RFC 7523 §2.2 and §3).</summary>
public sealed class PrivateKeyJwtTests : PrivateKeyJwtTest
{
    [Theory]
    [InlineData("first", null)]
    [InlineData(null, null)]
    [InlineData("first", "JWT")]
    [InlineData("first", "client-authentication+jwt")]
    [InlineData("first", "jwt")]
    [InlineData("first", "application/Client-Authentication+JWT")]
    public async Task GoodAssertion_GetsAToken(string? kid, string? type)
    {
        using var response = await PostAsync(Key.Sign(Header(kid, type), Claims()));

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
    public Task AnotherKindOfToken_IsRefused(string type) => AssertRefusedAsync(Key.Sign(Header("first", type), Claims()), "malformed");

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("ES384")]
    public Task AnotherAlgorithm_IsRefused(string algorithm)
    {
        var header = Header("first", null);
        header["alg"] = algorithm;
        return AssertRefusedAsync(Key.Sign(header, Claims()), "wrong_algorithm");
    }

    [Fact]
    public Task UnknownKey_IsRefused() => AssertRefusedAsync(Key.Sign(Header("second", null), Claims()), "unknown_key");

    [Fact]
    public async Task SignatureOfAnotherKey_IsRefused()
    {
        using var other = new ProofForge(() => Host.Time);

        await AssertRefusedAsync(other.Sign(Header("first", null), Claims()), "wrong_signature");
    }

    [Fact]
    public Task ClientWithASecret_CannotUseAnAssertion() => AssertRefusedAsync(Key.Sign(Header("first", null), Claims(GatehouseHost.ClientId)), "wrong_method");

    [Fact]
    public async Task ClientWithAKey_CannotUseASecret()
    {
        using var response = await Host.PostFormAsync("/token", ("grant_type", "client_credentials"), ("client_id", Client), ("client_secret", GatehouseHost.ClientSecret));

        Assert.Equal("invalid_client", await response.ReadOAuthErrorAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public Task UnknownClient_IsRefused() => AssertRefusedAsync(Key.Sign(Header("first", null), Claims("nobody")), "unknown_client");

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
}
