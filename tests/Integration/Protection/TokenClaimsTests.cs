using System.Net;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Protection;

/// <summary>Tokens of a wrong type, or with claims that are not right.</summary>
public sealed class TokenClaimsTests(SharedHost shared) : ForgedTokenTests(shared)
{
    [Fact]
    public async Task ForgedToken_EqualToAGoodOne_IsAccepted()
    {
        // The measure for all that follows: nothing but the named difference is why those are refused.
        using var response = await Host.ReadSamplesAsync(GoodToken());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("https://attacker.example")]
    [InlineData("http://localhost:7071/")]
    [InlineData("")]
    public Task WrongIssuer_IsRefused(string issuer) => AssertRejectedAsync(Forge.WithClaim("iss", issuer), "comes from another issuer");

    [Fact]
    public Task NoIssuer_IsRefused() => AssertRejectedAsync(Forge.WithClaim("iss", null), "comes from another issuer");

    [Theory]
    [InlineData("another-api")]
    [InlineData("GATEHOUSE-TESTS")]
    [InlineData("")]
    public Task WrongAudience_IsRefused(string audience) => AssertRejectedAsync(Forge.WithClaim("aud", audience), "is for another audience");

    [Fact]
    public Task Audience_WithAnExtraSlash_IsRefused() => AssertRejectedAsync(Forge.WithClaim("aud", Hosting.GatehouseHost.Audience + "/"), "is for another audience");

    [Fact]
    public Task NoAudience_IsRefused() => AssertRejectedAsync(Forge.WithClaim("aud", null), "is for another audience");

    [Fact]
    public Task AudienceArrayWithoutOurs_IsRefused() =>
        AssertRejectedAsync(Forge.WithClaim("aud", new JsonArray("one-api", "another-api")), "is for another audience");

    [Fact]
    public async Task AudienceArrayWithOurs_IsAccepted()
    {
        using var response = await Host.ReadSamplesAsync(Forge.WithClaim("aud", new JsonArray("one-api", GatehouseHost.Audience)));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    // The second one as it was issued when tokens lived longer: it ends as they do now.
    [Theory]
    [InlineData(600)]
    [InlineData(3600)]
    public async Task Expired_IsAcceptedWithinTheSkewOfClocks_AndRefusedAfterIt(int lifetime)
    {
        var token = Forge.WithClaim("exp", Host.Time.GetUtcNow().ToUnixTimeSeconds() + lifetime);
        Host.Time.Advance(TimeSpan.FromSeconds(600 + 29));
        using (var response = await Host.ReadSamplesAsync(token))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Host.Time.Advance(TimeSpan.FromSeconds(1));

        await AssertRejectedAsync(token, "has expired");
    }

    [Fact]
    public async Task NotYetValid_IsRefused_AndAcceptedWithinTheSkewOfClocks()
    {
        var token = Forge.WithClaim("nbf", Host.Time.GetUtcNow().ToUnixTimeSeconds() + 60);
        await AssertRejectedAsync(token, "is not valid yet");

        Host.Time.Advance(TimeSpan.FromSeconds(30));

        using var response = await Host.ReadSamplesAsync(token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("exp")]
    [InlineData("iat")]
    [InlineData("sub")]
    [InlineData("client_id")]
    [InlineData("jti")]
    [InlineData("scope")]
    public Task MissingClaim_IsRefused(string claim) => AssertRejectedAsync(Forge.WithClaim(claim, null), "lacks a claim");

    [Theory]
    [InlineData("exp", "\"4102444800\"")]
    [InlineData("exp", "-1")]
    [InlineData("exp", "1e400")]
    [InlineData("exp", "99999999999999999999")]
    [InlineData("exp", "253402300800")]
    [InlineData("exp", "true")]
    [InlineData("exp", "null")]
    [InlineData("iat", "\"now\"")]
    [InlineData("iat", "-5")]
    [InlineData("nbf", "\"0\"")]
    [InlineData("nbf", "-1")]
    [InlineData("scope", "17")]
    [InlineData("scope", "[\"samples:read\"]")]
    [InlineData("sub", "{}")]
    [InlineData("sub", "\"\"")]
    [InlineData("sub", "\"\\ud800\"")]
    [InlineData("roles", "\"admin\"")]
    [InlineData("roles", "[1]")]
    [InlineData("sid", "1")]
    [InlineData("auth_time", "\"x\"")]
    [InlineData("cnf", "\"x\"")]
    [InlineData("cnf", "{}")]
    [InlineData("cnf", "{\"jkt\":\"\"}")]
    [InlineData("cnf", "{\"jkt\":1}")]
    [InlineData("cnf", "{\"x5t#S256\":\"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2\"}")]
    public async Task ClaimOfTheWrongType_IsRefused(string claim, string json)
    {
        var claims = Forge.Claims();
        claims.Remove(claim);
        var payload = claims.ToJsonString()[..^1] + $",\"{claim}\":{json}}}";

        await AssertRejectedAsync(Forge.Sign(Forge.Header().ToJsonString(), payload), "lacks a claim");
    }

    [Theory]
    [InlineData("JWT")]
    [InlineData("logout+jwt")]
    [InlineData("dpop+jwt")]
    [InlineData("")]
    public Task AnotherType_IsRefused(string type) => AssertRejectedAsync(Forge.WithHeader("typ", type), "is not an access token");

    [Fact]
    public Task NoType_IsRefused() => AssertRejectedAsync(Forge.WithHeader("typ", null), "is not an access token");

    [Fact]
    public Task TypeOtherThanAString_IsRefused() => AssertRejectedAsync(Forge.WithHeader("typ", 1), "is not an access token");
}
