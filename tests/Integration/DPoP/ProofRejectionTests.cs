using System.Net;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tests.Integration.DPoP;

/// <summary>What the middleware makes of proofs that are not as they must be (RFC 9449 §4.3): one test for each point.</summary>
public sealed class ProofRejectionTests : IAsyncLifetime
{
    private GatehouseHost _host = null!;
    private ProofForge _key = null!;
    private string _token = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await GatehouseHost.StartAsync();
        await _host.AddClientSecretAsync();
        _key = new ProofForge(_host);
        _token = await _host.FetchBoundTokenAsync(_key);
    }

    public async ValueTask DisposeAsync()
    {
        _key.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task GoodProof_IsAccepted()
    {
        using var response = await _host.ListAsync(_token, _key.Prove("GET", "/api/products", _token));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("DPoP-Nonce"));
    }

    [Fact]
    public Task NoProof_IsRefused() => AssertRejectedAsync("A DPoP proof is needed");

    [Fact]
    public Task TwoProofs_AreRefused() =>
        AssertRejectedAsync("one DPoP header", _key.Prove("GET", "/api/products", _token), _key.Prove("GET", "/api/products", _token));

    [Fact]
    public Task TwoProofs_JoinedByAComma_AreRefused() =>
        AssertRejectedAsync("one DPoP header", $"{_key.Prove("GET", "/api/products", _token)}, {_key.Prove("GET", "/api/products", _token)}");

    [Theory]
    [InlineData("a")]
    [InlineData("a.b.c")]
    [InlineData("e30.e30.e30.e30")]
    [InlineData("e30=.e30.e30")]
    [InlineData("W10.e30.e30")]
    [InlineData("eyJcdWQ4MDAiOjF9.e30.e30")]
    public Task BrokenProof_IsRefused(string proof) => AssertRejectedAsync("is not a signed JSON Web Token", proof);

    [Fact]
    public Task LongProof_IsRefused() => AssertRejectedAsync("is longer than 8192 characters", new string('a', 8193));

    [Fact]
    public Task MemberTwiceInTheHeader_IsRefused() => AssertRejectedAsync(
        "holds a member twice",
        TokenForge.Sign("""{"typ":"dpop+jwt",""" + _key.Header().ToJsonString()[1..], Claims().ToJsonString(), _key.SignWithKey));

    [Fact]
    public Task MemberTwiceInTheClaims_IsRefused() => AssertRejectedAsync(
        "lacks jti, htm, htu or iat",
        TokenForge.Sign(_key.Header().ToJsonString(), """{"jti":"1",""" + Claims().ToJsonString()[1..], _key.SignWithKey));

    [Fact]
    public Task HalfOfASurrogatePair_InTheNameOfAClaim_IsRefused() => AssertRejectedAsync(
        "lacks jti, htm, htu or iat",
        TokenForge.Sign(_key.Header().ToJsonString(), """{"\ud800":1,""" + Claims().ToJsonString()[1..], _key.SignWithKey));

    [Theory]
    [InlineData("JWT")]
    [InlineData("at+jwt")]
    [InlineData("")]
    [InlineData(null)]
    public Task AnotherType_IsRefused(string? type) => AssertRejectedAsync("typ of the DPoP proof", WithHeader("typ", type));

    [Fact]
    public Task CriticalExtension_IsRefused() => AssertRejectedAsync("asks for an extension", WithHeader("crit", new JsonArray("exp")));

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("ES384")]
    [InlineData("RS512")]
    [InlineData("es256")]
    [InlineData(null)]
    public Task AnotherAlgorithm_IsRefused(string? algorithm) => AssertRejectedAsync("alg of the DPoP proof", WithHeader("alg", algorithm));

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public Task AlgorithmOfAnotherKindOfKey_IsRefused(string algorithm) => AssertRejectedAsync("jwk of the DPoP proof", WithHeader("alg", algorithm));

    [Fact]
    public Task NoKey_IsRefused() => AssertRejectedAsync("jwk of the DPoP proof", WithHeader("jwk", null));

    [Theory]
    [InlineData("d", "AAAA")]
    [InlineData("k", "AAAA")]
    [InlineData("crv", "P-384")]
    [InlineData("kty", "oct")]
    [InlineData("x", "AAAA")]
    [InlineData("y", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("use", "enc")]
    [InlineData("alg", "RS256")]
    [InlineData("y", null)]
    public Task KeyThatIsNone_IsRefused(string member, string? value)
    {
        var jwk = _key.Jwk();
        jwk.Remove(member);
        if (value is not null)
        {
            jwk[member] = value;
        }

        return AssertRejectedAsync("jwk of the DPoP proof", WithHeader("jwk", jwk));
    }

    [Fact]
    public async Task WeakKey_IsRefused()
    {
        using var weak = new ProofForge(_host, "RS256", rsaBits: 1024);

        using var response = await _host.AskForClientTokenAsync(weak.Prove("POST", "/token"));

        Assert.Equal("invalid_dpop_proof", await response.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task SignatureOfAnotherKey_IsRefused()
    {
        using var other = new ProofForge(_host);

        await AssertRejectedAsync("signature of the DPoP proof", other.Sign(_key.Header(), Claims()));
    }

    [Fact]
    public Task SignatureOfAnotherLength_IsRefused() => AssertRejectedAsync(
        "signature of the DPoP proof",
        TokenForge.Sign(_key.Header().ToJsonString(), Claims().ToJsonString(), static _ => new byte[63]));

    [Fact]
    public async Task ChangedClaims_AreRefused_ThoughTheKeyIsRemembered()
    {
        using (var first = await _host.ListAsync(_token, _key.Prove("GET", "/api/products", _token)))
        {
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        }

        var parts = _key.Prove("GET", "/me", _token).Split('.');
        parts[1] = TokenForge.Encode(System.Text.Encoding.UTF8.GetBytes(Claims().ToJsonString()));

        await AssertRejectedAsync("signature of the DPoP proof", string.Join('.', parts));
    }

    [Fact]
    public async Task ProofOfAnotherKey_IsRefused()
    {
        using var other = new ProofForge(_host);

        await AssertRejectedAsync("bound to another key", other.Prove("GET", "/api/products", _token));
    }

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
    [InlineData("http://localhost:7071/api/product")]
    [InlineData("http://localhost:7071/api/products/")]
    [InlineData("http://localhost:7071/API/products")]
    [InlineData("https://localhost:7071/api/products")]
    [InlineData("http://localhost/api/products")]
    [InlineData("http://attacker.example:7071/api/products")]
    [InlineData("http://user@localhost:7071/api/products")]
    [InlineData("/api/products")]
    [InlineData("")]
    public Task AnotherUrl_IsRefused(string url) => AssertRejectedAsync("htu of the DPoP proof", WithClaim("htu", url));

    [Fact]
    public async Task HostHeader_DecidesNothing()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/products") { Headers = { Host = "attacker.example" } };
        request.Headers.TryAddWithoutValidation("Authorization", "DPoP " + _token);
        request.Headers.TryAddWithoutValidation("DPoP", WithClaim("htu", "http://attacker.example/api/products"));

        using var response = await _host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-dpop-proof");
    }

    [Theory]
    [InlineData(-61)]
    [InlineData(61)]
    [InlineData(-1e300)]
    public Task AnotherTime_IsRefused(double seconds) =>
        AssertRejectedAsync("iat of the DPoP proof", WithClaim("iat", _host.Time.GetUtcNow().ToUnixTimeSeconds() + seconds));

    [Theory]
    [InlineData(-60)]
    [InlineData(60)]
    [InlineData(0.5)]
    public async Task TimeWithinTheWindow_IsAccepted(double seconds)
    {
        using var response = await _host.ListAsync(_token, WithClaim("iat", _host.Time.GetUtcNow().ToUnixTimeSeconds() + seconds));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task HashOfAnotherToken_IsRefused()
    {
        var other = await _host.FetchBoundTokenAsync(_key);

        await AssertRejectedAsync("ath of the DPoP proof", _key.Prove("GET", "/api/products", other));
    }

    [Fact]
    public Task NoHashOfTheToken_IsRefused() => AssertRejectedAsync("ath of the DPoP proof", _key.Prove("GET", "/api/products"));

    [Fact]
    public async Task ProofThatWasUsed_IsRefused_UntilItIsTooOldAnyway()
    {
        // From the future as far as may be: it stays good for two minutes.
        var proof = WithClaim("iat", _host.Time.GetUtcNow().ToUnixTimeSeconds() + 60);
        using (var first = await _host.ListAsync(_token, proof))
        {
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        }

        await AssertRejectedAsync("was used before", proof);
        _host.Time.Advance(TimeSpan.FromSeconds(119));
        await AssertRejectedAsync("was used before", proof);
        _host.Time.Advance(TimeSpan.FromSeconds(2));
        await AssertRejectedAsync("iat of the DPoP proof", proof);
    }

    [Fact]
    public async Task ProofAtTheTokenEndpoint_IsNoProofThere_ASecondTime()
    {
        var proof = _key.Prove("POST", "/token");
        using var first = await _host.AskForClientTokenAsync(proof);
        using var second = await _host.AskForClientTokenAsync(proof);

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal("invalid_dpop_proof", await second.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task Proofs_AreNeverLogged()
    {
        var proof = WithClaim("htm", "POST");
        using var response = await _host.ListAsync(_token, proof);

        foreach (var record in _host.Logs.GetSnapshot())
        {
            Assert.DoesNotContain(proof.Split('.')[2], record.Message, StringComparison.Ordinal);
        }

        Assert.Contains(_host.Logs.GetSnapshot(), static record => record.Level == LogLevel.Information && record.Message.Contains("proof_wrong_method", StringComparison.Ordinal));
    }

    private JsonObject Claims() => _key.Claims("GET", "/api/products", _token);

    private string WithHeader(string member, JsonNode? value) => _key.Sign(Changed(_key.Header(), member, value), Claims());

    private string WithClaim(string claim, JsonNode? value) => _key.Sign(_key.Header(), Changed(Claims(), claim, value));

    private static JsonObject Changed(JsonObject target, string name, JsonNode? value)
    {
        target.Remove(name);
        if (value is not null)
        {
            target[name] = value;
        }

        return target;
    }

    private async Task AssertRejectedAsync(string reason, params string[] proofs)
    {
        using var response = await _host.ListAsync(_token, proofs);

        var problem = await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-dpop-proof");
        Assert.Contains(reason, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        var challenge = Assert.Single(response.Headers.GetValues("WWW-Authenticate"));
        Assert.StartsWith($"DPoP realm=\"{GatehouseHost.Audience}\", error=\"invalid_dpop_proof\", error_description=\"", challenge, StringComparison.Ordinal);
        Assert.EndsWith(", algs=\"ES256 PS256 RS256\"", challenge, StringComparison.Ordinal);
    }
}
