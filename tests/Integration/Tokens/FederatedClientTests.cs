using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Issuers;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>The workload that a token names: its claims, its time, and its single use.</summary>
public sealed class FederatedClientTests : FederatedClientTest
{
    [Fact]
    public async Task Workload_GetsATokenOfItsClient()
    {
        var host = await StartClientAsync();

        using var response = await PostAsync(host, Create());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var token = new JsonWebToken((await Hosting.Tokens.ReadAsync(response)).AccessToken);
        Assert.Equal((Client, Client, "samples:read tokens:introspect"), (token.Subject, token.GetClaim("client_id").Value, token.GetClaim("scope").Value));
        await AssertStatusAsync(host, token.EncodedToken, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Workload_IntrospectsAndRevokes()
    {
        var host = await StartClientAsync();
        using var granted = await PostAsync(host, Create());
        var token = (await Hosting.Tokens.ReadAsync(granted)).AccessToken;

        using var introspected = await host.PostFormAsync("/introspect", [("token", token), .. Fields(Create())]);
        using var revoked = await host.PostFormAsync("/revoke", [("token", token), .. Fields(Create())]);

        Assert.True((await introspected.ReadJsonAsync()).GetProperty("active").GetBoolean());
        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        await AssertStatusAsync(host, token, HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("sub", "repo:fork-owner/your-repo:environment:production", "wrong_subject")]
    [InlineData("sub", "repo:your-org/another-repo:environment:production", "wrong_subject")]
    [InlineData("sub", "repo:your-org/your-repo:environment:staging", "wrong_subject")]
    [InlineData("sub", "repo:your-org/your-repo:ref:refs/heads/main", "wrong_subject")]
    [InlineData("sub", "repo:your-org/your-repo:pull_request", "wrong_subject")]
    [InlineData("sub", "repo:your-org/your-repo:environment:production-2", "wrong_subject")]
    [InlineData("sub", "REPO:your-org/your-repo:environment:production", "wrong_subject")]
    [InlineData("sub", null, "wrong_subject")]
    [InlineData("repository_id", "987654321", "wrong_claim")]
    [InlineData("repository_id", null, "wrong_claim")]
    [InlineData("ref", "refs/heads/feature", "wrong_claim")]
    [InlineData("ref", "refs/heads/main refs/heads/feature", "wrong_claim")]
    [InlineData("ref", "refs/tags/main", "wrong_claim")]
    [InlineData("iss", "https://token.actions.githubusercontent.com/another-enterprise", "wrong_issuer")]
    [InlineData("iss", "https://issuer.example", "wrong_issuer")]
    [InlineData("iss", null, "wrong_issuer")]
    [InlineData("aud", "https://github.com/your-org", "wrong_audience")]
    [InlineData("aud", "https://api.example.com/", "wrong_audience")]
    [InlineData("aud", null, "wrong_audience")]
    [InlineData("exp", null, "not_current")]
    [InlineData("exp", "later", "not_current")]
    [InlineData("nbf", "now", "not_current")]
    public async Task AnotherClaim_IsRefused(string claim, string? value, string reason)
    {
        var host = await StartClientAsync();

        await AssertNotGrantedAsync(host, With(claim, value), reason);
    }

    [Theory]
    [InlineData("aud", """["https://api.example.com","https://another.example"]""", "wrong_audience")]
    [InlineData("aud", "[]", "wrong_audience")]
    [InlineData("sub", """["repo:your-org/your-repo:environment:production"]""", "wrong_subject")]
    [InlineData("ref", """["refs/heads/main"]""", "wrong_claim")]
    [InlineData("repository_id", "123456789", "wrong_claim")]
    [InlineData("cnf", """{"jkt":"k"}""", "wrong_claim")]
    [InlineData("exp", "null", "not_current")]
    [InlineData("nbf", "null", "not_current")]
    public async Task ClaimOfAnotherShape_IsRefused(string claim, string json, string reason)
    {
        var host = await StartClientAsync();

        await AssertNotGrantedAsync(host, Create(claims => claims[claim] = JsonNode.Parse(json)), reason);
    }

    [Theory]
    [InlineData("exp", -30)]
    [InlineData("exp", 7231)]
    [InlineData("nbf", 31)]
    [InlineData("iat", -7000)]
    public async Task TokenThatIsNotCurrent_OrLivesTooLong_IsRefused(string claim, int seconds)
    {
        var host = await StartClientAsync();

        await AssertNotGrantedAsync(host, With(claim, Time.GetUtcNow().ToUnixTimeSeconds() + seconds), "not_current");
    }

    [Fact]
    public async Task UsedToken_IsRefused_AndSoIsAnotherWithItsId()
    {
        var host = await StartClientAsync();
        var assertion = Create();
        using var first = await PostAsync(host, assertion);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);

        await AssertNotGrantedAsync(host, assertion, "replayed");
        var id = new JsonWebToken(assertion).Id;
        await AssertNotGrantedAsync(host, Create(claims => (claims["jti"], claims["run_id"]) = (id, "2")), "replayed");
    }

    [Fact]
    public async Task UsedTokenWithoutId_IsRefused_AndAnotherIsAccepted()
    {
        var host = await StartClientAsync();
        var assertion = With("jti", null);
        using var first = await PostAsync(host, assertion);
        using var another = await PostAsync(host, Create(static claims => (claims["jti"], claims["run_id"]) = (null, "2")));

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, another.StatusCode);
        await AssertNotGrantedAsync(host, assertion, "replayed");
    }

    [Fact]
    public async Task RefusedToken_IsNotUsedUp()
    {
        var host = await StartClientAsync();
        var assertion = Create();
        await AssertNotGrantedAsync(host, Create(claims => claims["jti"] = new JsonWebToken(assertion).Id, key: IssuerKey.OtherRsa("one")), "wrong_signature");

        using var response = await PostAsync(host, assertion);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task ReusableToken_IsAcceptedUntilItExpires()
    {
        var host = await StartClientAsync(("Reusable", "true"));
        var assertion = Create();
        using var first = await PostAsync(host, assertion);
        Time.Advance(TimeSpan.FromMinutes(5));
        using var later = await PostAsync(host, assertion);
        Time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
        await AssertNotGrantedAsync(host, assertion, "not_current");
    }

    [Fact]
    public async Task MaxLifetime_BoundsTheLifeOfAToken()
    {
        var host = await StartClientAsync(("Reusable", "true"), ("MaxLifetime", "00:04:59"));

        await AssertNotGrantedAsync(host, Create(), "not_current");
    }

    [Fact]
    public async Task NestedClaim_IsCompared()
    {
        var host = await StartClientAsync(("Claims:kubernetes.io.serviceaccount.uid", "3"));

        using var same = await PostAsync(host, WithAccount("3"));

        Assert.Equal(HttpStatusCode.OK, same.StatusCode);
        await AssertNotGrantedAsync(host, WithAccount("4"), "wrong_claim");
    }

    [Fact]
    public async Task Logs_HoldNoPartOfTheToken()
    {
        var host = await StartClientAsync();
        var good = Create();
        var bad = With("ref", "refs/heads/feature");
        using var accepted = await PostAsync(host, good);
        await AssertNotGrantedAsync(host, bad, "wrong_claim");

        Assert.All(host.Logs.GetSnapshot(), record => Assert.All(
            [.. good.Split('.'), .. bad.Split('.')],
            part => Assert.DoesNotContain(part, record.Message + record.Exception + JsonSerializer.Serialize(record.StructuredState), StringComparison.Ordinal)));
    }
}
