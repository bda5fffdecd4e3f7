using System.Net;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tests.Integration.DPoP;

/// <summary>Proofs whose claims are not those of the request, or which come twice (RFC 9449 §4.3): one test for each point.</summary>
public sealed class ProofClaimsTests(SharedHost shared) : ForgedProofTests(shared)
{
    [Fact]
    public Task MemberTwiceInTheClaims_IsRefused() => AssertRejectedAsync(
        "lacks jti, htm, htu or iat",
        TokenForge.Sign(Key.Header().ToJsonString(), """{"jti":"1",""" + Claims().ToJsonString()[1..], Key.SignWithKey));

    [Fact]
    public Task HalfOfASurrogatePair_InTheNameOfAClaim_IsRefused() => AssertRejectedAsync(
        "lacks jti, htm, htu or iat",
        TokenForge.Sign(Key.Header().ToJsonString(), """{"\ud800":1,""" + Claims().ToJsonString()[1..], Key.SignWithKey));

    [Theory]
    [InlineData("jti")]
    [InlineData("htm")]
    [InlineData("htu")]
    [InlineData("iat")]
    public async Task MissingOrWrongClaim_IsRefused(string claim)
    {
        await AssertRejectedAsync("lacks jti, htm, htu or iat", WithClaim(claim, null));
        await AssertRejectedAsync("lacks jti, htm, htu or iat", WithClaim(claim, new JsonArray()));
        await AssertRejectedAsync("lacks jti, htm, htu or iat", WithClaim(claim, claim == "iat" ? "now" : 1));
    }

    [Fact]
    public Task EmptyId_IsRefused() => AssertRejectedAsync("lacks jti, htm, htu or iat", WithClaim("jti", ""));

    [Theory]
    [InlineData("POST")]
    [InlineData("get")]
    [InlineData("")]
    public Task AnotherMethod_IsRefused(string method) => AssertRejectedAsync("htm of the DPoP proof", WithClaim("htm", method));

    [Theory]
    [InlineData("http://localhost:7071/sample")]
    [InlineData("http://localhost:7071/samples/")]
    [InlineData("http://localhost:7071/SAMPLES")]
    [InlineData("https://localhost:7071/samples")]
    [InlineData("http://localhost/samples")]
    [InlineData("http://attacker.example:7071/samples")]
    [InlineData("http://user@localhost:7071/samples")]
    [InlineData("/samples")]
    [InlineData("")]
    public Task AnotherUrl_IsRefused(string url) => AssertRejectedAsync("htu of the DPoP proof", WithClaim("htu", url));

    [Fact]
    public async Task HostHeader_IsIgnored()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/samples") { Headers = { Host = "attacker.example" } };
        request.Headers.TryAddWithoutValidation("Authorization", "DPoP " + Token);
        request.Headers.TryAddWithoutValidation("DPoP", WithClaim("htu", "http://attacker.example/samples"));

        using var response = await Host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-dpop-proof");
    }

    [Theory]
    [InlineData(-61)]
    [InlineData(61)]
    [InlineData(-1e300)]
    public Task AnotherTime_IsRefused(double seconds) =>
        AssertRejectedAsync("iat of the DPoP proof", WithClaim("iat", Host.Time.GetUtcNow().ToUnixTimeSeconds() + seconds));

    [Theory]
    [InlineData(-60)]
    [InlineData(60)]
    [InlineData(0.5)]
    public async Task TimeWithinTheWindow_IsAccepted(double seconds)
    {
        using var response = await Host.ReadSamplesWithProofsAsync(Token, WithClaim("iat", Host.Time.GetUtcNow().ToUnixTimeSeconds() + seconds));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task HashOfAnotherToken_IsRefused()
    {
        var other = await Host.FetchBoundTokenAsync(Key);

        await AssertRejectedAsync("ath of the DPoP proof", Key.Prove("GET", "/samples", other));
    }

    [Fact]
    public Task MissingHashOfTheToken_IsRefused() => AssertRejectedAsync("ath of the DPoP proof", Key.Prove("GET", "/samples"));

    [Fact]
    public async Task UsedProof_IsRefused_UntilItExpires()
    {
        // From the future as far as may be: it stays good for two minutes.
        var proof = WithClaim("iat", Host.Time.GetUtcNow().ToUnixTimeSeconds() + 60);
        using (var first = await Host.ReadSamplesWithProofsAsync(Token, proof))
        {
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        }

        await AssertRejectedAsync("was used before", proof);
        Host.Time.Advance(TimeSpan.FromMilliseconds(120_999));
        await AssertRejectedAsync("was used before", proof);
        Host.Time.Advance(TimeSpan.FromMilliseconds(1));
        await AssertRejectedAsync("iat of the DPoP proof", proof);
    }

    [Fact]
    public async Task ProofAtTheTokenEndpoint_UsedTwice_IsRefused()
    {
        var proof = Key.Prove("POST", "/token");
        using var first = await Host.AskForClientTokenAsync(proof);
        using var second = await Host.AskForClientTokenAsync(proof);

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal("invalid_dpop_proof", await second.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task Proofs_AreNeverLogged()
    {
        var proof = WithClaim("htm", "POST");
        using var response = await Host.ReadSamplesWithProofsAsync(Token, proof);

        foreach (var record in Host.Logs.GetSnapshot())
        {
            Assert.DoesNotContain(proof.Split('.')[2], record.Message, StringComparison.Ordinal);
        }

        Assert.Contains(Host.Logs.GetSnapshot(), static record => record.Level == LogLevel.Information && record.Message.Contains("proof_wrong_method", StringComparison.Ordinal));
    }
}
