using System.Net;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Issuers;

/// <summary>Access tokens in shapes that real providers write and that differ from RFC 9068.</summary>
public sealed class ProviderShapeTests : IssuerTest
{
    [Theory]
    [InlineData("none", null)]
    [InlineData("at+jwt JWT none", null)]
    [InlineData("at+jwt JWT none", "JWT")]
    [InlineData("at+jwt JWT none", "at+jwt")]
    [InlineData("application/okta-internal-at+jwt", "application/okta-internal-at+jwt")]
    [InlineData("okta-internal-at+jwt", "application/okta-internal-at+jwt")]
    public async Task TypeOfTheSettings_IsAccepted(string types, string? type)
    {
        var host = await StartAsync(("TokenTypes", types));

        await AssertStatusAsync(host, WithType(type), HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("at+jwt JWT", "null")]
    [InlineData("at+jwt JWT none", "17")]
    [InlineData("at+jwt JWT none", "\"\"")]
    [InlineData("none", "\"JWT\"")]
    [InlineData("none", "\"at+jwt\"")]
    [InlineData("at+jwt", "\"application/okta-internal-at+jwt\"")]
    public async Task TypeBesideTheSettings_IsRefused(string types, string type)
    {
        var host = await StartAsync(("TokenTypes", types));

        await AssertRefusedAsync(host, Issuer.CreateToken(changeHeader: header => header["typ"] = JsonNode.Parse(type)), "accepted from its issuer (TokenTypes)");
    }

    [Theory]
    [InlineData("nonce", "\"abc\"")]
    [InlineData("token_use", "\"id\"")]
    [InlineData("at_hash", "\"abc\"")]
    [InlineData("aud", "\"a-client\"")]
    public async Task IdTokenWithoutType_IsRefused(string claim, string value)
    {
        var host = await StartAsync(("TokenTypes", "none"));

        await AssertRefusedAsync(host, WithType(null, claims => claims[claim] = JsonNode.Parse(value)), "is an ID token");
    }

    [Fact]
    public async Task NonceOfB2C_WithScpAndForeignClient_IsAccepted()
    {
        var host = await StartAsync(("TokenTypes", "JWT"));

        await AssertStatusAsync(host, CreateB2C("a-client"), HttpStatusCode.OK);
        await AssertRefusedAsync(host, CreateB2C(StandInIssuer.Audience), "is an ID token");
    }

    [Theory]
    [InlineData("exp", "1.7778996e9")]
    [InlineData("exp", "1777899600.75")]
    [InlineData("nbf", "1.7e9")]
    [InlineData("auth_time", "\"1700000000\"")]
    [InlineData("auth_time", "null")]
    [InlineData("cnf", "null")]
    [InlineData("nonce", "null")]
    [InlineData("token_use", "null")]
    [InlineData("iat", "null")]
    [InlineData("iat", "\"yesterday\"")]
    [InlineData("jti", "17")]
    [InlineData("azp", "null")]
    [InlineData("deep", "[[[[[[[[[[[[[[[[{}]]]]]]]]]]]]]]]]")]
    public async Task OddClaim_IsReadOrIgnored(string claim, string value)
    {
        var host = await StartAsync(("TokenTypes", "JWT"));

        await AssertStatusAsync(host, SignRaw(claim, value), HttpStatusCode.OK);
    }

    [Fact]
    public async Task NoIssueTime_LifetimeCountsFromNow()
    {
        var host = await StartAsync();
        var now = Time.GetUtcNow().ToUnixTimeSeconds();

        await AssertStatusAsync(host, WithoutIssueTime(now + 90_000), HttpStatusCode.OK);
        await AssertRefusedAsync(host, WithoutIssueTime(now + 90_031), "lives longer than this API accepts");
    }

    [Fact]
    public async Task LongToken_Of16KiB_IsAccepted_AndALongerOneRefused()
    {
        var host = await StartAsync();
        var groups = Enumerable.Range(0, 190).Select(static _ => JsonValue.Create(Guid.NewGuid().ToString())).ToArray<JsonNode?>();
        var token = Issuer.CreateToken(claims => claims["groups"] = new JsonArray(groups));

        Assert.InRange(token.Length, 9_000, 16_384);
        await AssertStatusAsync(host, token, HttpStatusCode.OK);
        await AssertRefusedAsync(host, Issuer.CreateToken(static claims => claims["padding"] = new string('x', 16_384)), "is longer than 16384 characters");
    }

    [Fact]
    public async Task OwnToken_BesideATrustedIssuer_KeepsItsLimits()
    {
        var host = await StartAsync();
        var own = await TokenForge.CreateAsync(host);
        var deep = own.Claims();
        deep["deep"] = JsonNode.Parse("[[[[[[[[{}]]]]]]]]");

        await AssertRefusedAsync(host, own.WithClaim("padding", new string('x', 8192)), "is longer than 8192 characters");
        await AssertRefusedAsync(host, own.Sign(own.Header().ToJsonString(), deep.ToJsonString()), "is not a signed JSON Web Token");
        await AssertRefusedAsync(host, own.Sign(own.Header().ToJsonString(), WithExponent(own.Claims())), "lacks a claim");
    }

    [Theory]
    [InlineData("resource_access.my.api.roles", "{\"my.api\":{\"roles\":[\"samples:read\"]}}")]
    [InlineData("resource_access.api.roles", "{\"api\":{\"roles\":[\"samples:read\"]}}")]
    [InlineData("resource_access.a.b.c.d", "{\"a\":{\"x\":1},\"a.b\":{\"c.d\":[\"samples:read\"]}}")]
    public async Task ClaimPath_ThroughNamesWithDots_IsFound(string path, string value)
    {
        var host = await StartAsync(("ScopeClaims", path));

        await AssertStatusAsync(host, Issuer.CreateToken(claims => claims["resource_access"] = JsonNode.Parse(value)), HttpStatusCode.OK);
    }

    [Fact]
    public async Task ClientInPlaceOfTheAudience_MustBeOneOfTheSettings()
    {
        var host = await StartAsync(("TokenTypes", "none"), ("AudienceClaim", "client_id"), ("Audience", "a-client b-client"));

        await AssertStatusAsync(host, WithType(null, static claims => claims.Remove("aud")), HttpStatusCode.OK);
        await AssertRefusedAsync(
            host,
            WithType(null, static claims =>
            {
                claims.Remove("aud");
                claims["client_id"] = "another-client";
            }),
            "is for another audience");
    }

    [Fact]
    public async Task ClientClaims_NameTheClient()
    {
        var host = await StartAsync(("ClientClaims", "sub"), ("TokenTypes", "JWT"));

        await AssertStatusAsync(host, Issuer.CreateJwtToken(static claims => claims.Remove("client_id")), HttpStatusCode.OK);
    }

    private static string WithExponent(JsonObject claims)
    {
        claims.Remove("exp");
        return claims.ToJsonString()[..^1] + ",\"exp\":1.9e9}";
    }

    private string WithType(string? type, Action<JsonObject>? change = null) => Issuer.CreateToken(change, changeHeader: header =>
    {
        header.Remove("typ");
        if (type is not null)
        {
            header["typ"] = type;
        }
    });

    private string WithoutIssueTime(long expiresAt) => Issuer.CreateToken(claims =>
    {
        claims.Remove("iat");
        claims["exp"] = expiresAt;
    });

    private string CreateB2C(string client) => Issuer.CreateJwtToken(claims =>
    {
        claims.Remove("client_id");
        claims.Remove("scope");
        claims["azp"] = client;
        claims["scp"] = "samples:read";
        claims["nonce"] = "638";
    });

    // JsonObject would rewrite the numbers.
    private string SignRaw(string claim, string value)
    {
        var claims = Issuer.Claims();
        claims.Remove(claim);
        var header = new JsonObject { ["alg"] = "RS256", ["kid"] = Issuer.Keys[0].Kid, ["typ"] = "JWT" };
        return TokenForge.Sign(header.ToJsonString(), claims.ToJsonString()[..^1] + $",\"{claim}\":{value}}}", content => Issuer.Keys[0].Sign(content, "RS256"));
    }
}
