using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Issuers;

/// <summary>Tokens that name a trusted issuer and are not quite right: a test for each case that is refused.</summary>
public sealed class RefusedTokenTests : IssuerTest
{
    [Fact]
    public async Task GoodToken_IsAccepted_BesideOwnTokens()
    {
        // The measure for all that follows.
        var host = await StartAsync();
        var own = await TokenForge.CreateAsync(host);

        await AssertStatusAsync(host, Issuer.CreateToken(), HttpStatusCode.OK);
        await AssertStatusAsync(host, own.WithClaim("jti", "own"), HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("https://attacker.example/")]
    [InlineData("https://issuer.example")]
    [InlineData("HTTPS://issuer.example/")]
    [InlineData("https://issuer.example/\u0000")]
    public async Task UnknownIssuer_IsRefused_WithoutFetchingKeys(string name)
    {
        var host = await StartAsync();

        await AssertRefusedAsync(host, Issuer.CreateToken(claims => claims["iss"] = name), "comes from another issuer");
        Assert.Empty(Network.Requests);
    }

    [Fact]
    public async Task TokenSignedByAnotherTrustedIssuer_IsRefused()
    {
        var other = new StandInIssuer(Network, Time, "https://other.example/");
        other.Keys[0] = IssuerKey.OtherRsa("another");
        other.Keys.Add(IssuerKey.OtherRsa(Issuer.Keys[0].Kid));
        var host = await StartWithAsync(Issuer.Settings(0).Concat(other.Settings(1)).ToDictionary());

        await AssertStatusAsync(host, other.CreateToken(), HttpStatusCode.OK);
        await AssertRefusedAsync(host, Issuer.CreateToken(key: other.Keys[0]), "signed with an unknown key");
        await AssertRefusedAsync(host, Issuer.CreateToken(key: other.Keys[1]), "signature of the access token is wrong");
    }

    [Fact]
    public async Task OwnKeys_DoNotVerifyTokensOfTheIssuer_NorItsKeysOwnTokens()
    {
        var host = await StartAsync();
        var own = await TokenForge.CreateAsync(host);

        await AssertRefusedAsync(host, own.WithClaim("iss", Issuer.Name), "signed with an unknown key");
        await AssertRefusedAsync(
            host,
            Issuer.CreateToken(claims =>
            {
                claims["iss"] = GatehouseHost.Issuer;
                claims["aud"] = GatehouseHost.Audience;
                claims["jti"] = "1";
            }),
            "signed with an unknown key");
    }

    [Theory]
    [InlineData(0, 90_000, HttpStatusCode.OK)]
    [InlineData(0, 90_001, HttpStatusCode.Unauthorized)]
    [InlineData(-90_000, 1, HttpStatusCode.Unauthorized)]
    [InlineData(30, 90_030, HttpStatusCode.OK)]
    [InlineData(3_600, 90_031, HttpStatusCode.Unauthorized)]
    [InlineData(0, 253_402_300_799 - 1_800_000_000, HttpStatusCode.Unauthorized)]
    public async Task Token_LongerThanMaxLifetime_IsRefused(long issuedAfter, long expiresAfter, HttpStatusCode expected)
    {
        var host = await StartAsync();
        var now = Time.GetUtcNow().ToUnixTimeSeconds();
        var token = Issuer.CreateToken(claims =>
        {
            claims["iat"] = now + issuedAfter;
            claims["exp"] = now + expiresAfter;
        });

        await AssertStatusAsync(host, token, expected);
        if (expected == HttpStatusCode.Unauthorized)
        {
            await AssertRefusedAsync(host, token, "lives longer than this API accepts");
        }
    }

    [Fact]
    public async Task Token_WithinMaxLifetimeOfTheSettings_IsAccepted()
    {
        var host = await StartAsync(("MaxLifetime", "2.00:00:00"));
        var token = Issuer.CreateToken(claims => claims["exp"] = Time.GetUtcNow().AddDays(2).ToUnixTimeSeconds());

        await AssertStatusAsync(host, token, HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("PS256")]
    [InlineData("RS384")]
    public async Task AlgorithmNotAllowedForTheIssuer_IsRefused(string algorithm)
    {
        var host = await StartAsync(("Algorithms", "RS256"));

        await AssertStatusAsync(host, Issuer.CreateToken(), HttpStatusCode.OK);
        await AssertRefusedAsync(host, Issuer.CreateToken(algorithm: algorithm), "another algorithm than that of its key");
    }

    [Fact]
    public async Task AlgorithmOtherThanThatOfTheKey_IsRefused()
    {
        Issuer.Keys[0] = IssuerKey.Rsa("for-one", "RS256");
        var host = await StartAsync();

        await AssertStatusAsync(host, Issuer.CreateToken(), HttpStatusCode.OK);
        await AssertRefusedAsync(host, Issuer.CreateToken(algorithm: "PS256"), "another algorithm than that of its key");
    }

    [Fact]
    public async Task Hs256SignedWithThePublicKey_IsRefused()
    {
        var host = await StartAsync();
        var header = new JsonObject { ["alg"] = "HS256", ["kid"] = Issuer.Keys[0].Kid, ["typ"] = "at+jwt" };
        var token = TokenForge.Sign(header.ToJsonString(), Issuer.Claims().ToJsonString(), content => HMACSHA256.HashData(Issuer.Keys[0].PublicKey, content));

        await AssertRefusedAsync(host, token, "another algorithm than that of its key");
    }

    [Fact]
    public async Task WrongAudience_IsRefused()
    {
        var host = await StartAsync();

        await AssertRefusedAsync(host, Issuer.CreateToken(static claims => claims["aud"] = "https://another-api.example.com"), "is for another audience");
        await AssertRefusedAsync(host, Issuer.CreateToken(static claims => claims["aud"] = GatehouseHost.Audience), "is for another audience");
        await AssertRefusedAsync(host, Issuer.CreateToken(static claims => claims["aud"] = claims["aud"] + "/"), "is for another audience");
        await AssertRefusedAsync(host, Issuer.CreateToken(static claims => claims.Remove("aud")), "is for another audience");
    }

    [Fact]
    public async Task OneOfSeveralAudiences_IsAccepted()
    {
        var host = await StartAsync(("Audience", $"{StandInIssuer.Audience} api://1"));

        await AssertStatusAsync(host, Issuer.CreateToken(static claims => claims["aud"] = new JsonArray("https://issuer.example/userinfo", "api://1")), HttpStatusCode.OK);
    }

    [Fact]
    public async Task ExpiredToken_Remembered_IsRefused()
    {
        var host = await StartAsync();
        var token = Issuer.CreateToken();
        await AssertStatusAsync(host, token, HttpStatusCode.OK);

        Time.Advance(TimeSpan.FromSeconds(3630));

        await AssertRefusedAsync(host, token, "has expired");
        await AssertRefusedAsync(host, Issuer.CreateToken(claims => claims["exp"] = Time.GetUtcNow().ToUnixTimeSeconds() - 31), "has expired");
    }

    [Fact]
    public async Task NotYetValid_IsRefused()
    {
        var host = await StartAsync();

        await AssertRefusedAsync(host, Issuer.CreateToken(claims => claims["nbf"] = Time.GetUtcNow().ToUnixTimeSeconds() + 31), "is not valid yet");
    }

    [Theory]
    [InlineData("JWT")]
    [InlineData("dpop+jwt")]
    [InlineData("logout+jwt")]
    [InlineData("")]
    public async Task WrongType_IsRefused(string type)
    {
        var host = await StartAsync();

        await AssertRefusedAsync(host, Issuer.CreateToken(changeHeader: header => header["typ"] = type), "is not an access token");
    }

    [Theory]
    [InlineData("dpop+jwt")]
    [InlineData("logout+jwt")]
    [InlineData("")]
    public async Task WrongType_IsRefused_WhereJwtIsAccepted(string type)
    {
        var host = await StartAsync(("TokenTypes", "at+jwt JWT"));

        await AssertStatusAsync(host, Issuer.CreateJwtToken(), HttpStatusCode.OK);
        await AssertRefusedAsync(host, Issuer.CreateToken(changeHeader: header => header["typ"] = type), "is not an access token");
    }

    [Theory]
    [InlineData("nonce", "\"abc\"")]
    [InlineData("token_use", "\"id\"")]
    [InlineData("token_use", "17")]
    [InlineData("at_hash", "\"abc\"")]
    [InlineData("c_hash", "\"abc\"")]
    [InlineData("events", "{\"http://schemas.openid.net/event/backchannel-logout\":{}}")]
    [InlineData("typ", "\"ID\"")]
    [InlineData("typ", "\"Refresh\"")]
    [InlineData("aud", "\"a-client\"")]
    [InlineData("aud", "[\"a-client\",\"https://api.example.com\"]")]
    [InlineData("client_id", "null")]
    public async Task IdToken_IsRefused_WhereJwtIsAccepted(string claim, string value)
    {
        var host = await StartAsync(("TokenTypes", "at+jwt JWT"));

        await AssertRefusedAsync(host, Issuer.CreateJwtToken(claims => claims[claim] = JsonNode.Parse(value)), "not an access token");
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("DPoP")]
    public async Task KeycloaksOwnTypeOfAccessTokens_IsAccepted(string type)
    {
        var host = await StartAsync(("TokenTypes", "at+jwt JWT"));

        await AssertStatusAsync(host, Issuer.CreateJwtToken(claims => claims["typ"] = type), HttpStatusCode.OK);
    }

    [Fact]
    public async Task NoKeyId_SeveralKeysThatFit_IsRefused()
    {
        Issuer.Keys.Add(IssuerKey.OtherRsa());
        var host = await StartAsync();

        await AssertRefusedAsync(host, Issuer.CreateToken(changeHeader: static header => header.Remove("kid")), "names no key");
    }

    [Theory]
    [InlineData("client_id")]
    [InlineData("exp")]
    public async Task MissingClaim_IsRefused(string claim)
    {
        var host = await StartAsync();

        await AssertRefusedAsync(host, Issuer.CreateToken(claims => claims.Remove(claim)), "lacks a claim");
    }

    [Theory]
    [InlineData("sub", "17")]
    [InlineData("sub", "\"a\\nb\"")]
    [InlineData("sub", "\"\\ud800\"")]
    [InlineData("exp", "\"4102444800\"")]
    [InlineData("sub", "\"\"")]
    [InlineData("exp", "null")]
    [InlineData("exp", "1e99")]
    [InlineData("exp", "-1")]
    [InlineData("nbf", "\"0\"")]
    [InlineData("nbf", "null")]
    [InlineData("cnf", "\"key\"")]
    [InlineData("cnf", "{}")]
    [InlineData("cnf", "{\"x5t#S256\":\"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2\"}")]
    public async Task ClaimOfTheWrongType_IsRefused(string claim, string value)
    {
        var host = await StartAsync();
        var claims = Issuer.Claims();
        claims.Remove(claim);
        var payload = claims.ToJsonString()[..^1] + $",\"{claim}\":{value}}}";
        var header = new JsonObject { ["alg"] = "RS256", ["kid"] = Issuer.Keys[0].Kid, ["typ"] = "at+jwt" };
        var token = TokenForge.Sign(header.ToJsonString(), payload, content => Issuer.Keys[0].Sign(content, "RS256"));

        await AssertRefusedAsync(host, token, "lacks a claim");
    }

    [Fact]
    public async Task TooLongSubject_IsRefused()
    {
        var host = await StartAsync();

        await AssertRefusedAsync(host, Issuer.CreateToken(static claims => claims["sub"] = new string('x', 256)), "lacks a claim");
    }
}
