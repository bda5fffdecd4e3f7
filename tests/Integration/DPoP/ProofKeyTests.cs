using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.DPoP;

/// <summary>Proofs that are not of the form, the type, the key or the signature that they must be of (RFC 9449 §4.3): one test for each point.</summary>
public sealed class ProofKeyTests(SharedHost shared) : ForgedProofTests(shared)
{
    [Fact]
    public async Task GoodProof_IsAccepted()
    {
        using var response = await Host.ReadSamplesWithProofsAsync(Token, Key.Prove("GET", "/samples", Token));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("DPoP-Nonce"));
    }

    [Fact]
    public Task NoProof_IsRefused() => AssertRejectedAsync("A DPoP proof is required");

    [Fact]
    public Task TwoProofs_AreRefused() =>
        AssertRejectedAsync("one DPoP header", Key.Prove("GET", "/samples", Token), Key.Prove("GET", "/samples", Token));

    [Fact]
    public Task TwoProofs_JoinedByAComma_AreRefused() =>
        AssertRejectedAsync("one DPoP header", $"{Key.Prove("GET", "/samples", Token)}, {Key.Prove("GET", "/samples", Token)}");

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
        TokenForge.Sign("""{"typ":"dpop+jwt",""" + Key.Header().ToJsonString()[1..], Claims().ToJsonString(), Key.SignWithKey));

    [Theory]
    [InlineData("JWT")]
    [InlineData("at+jwt")]
    [InlineData("")]
    [InlineData(null)]
    public Task AnotherType_IsRefused(string? type) => AssertRejectedAsync("typ of the DPoP proof", WithHeader("typ", type));

    [Theory]
    [InlineData("DPoP+JWT")]
    [InlineData("application/dpop+jwt")]
    public async Task Type_InAnotherSpelling_IsAccepted(string type)
    {
        using var response = await Host.ReadSamplesWithProofsAsync(Token, WithHeader("typ", type));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

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
    public Task InvalidKey_IsRefused(string member, string? value)
    {
        var jwk = Key.Jwk();
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
        using var weak = new ProofForge(Host, "RS256", rsaBits: 1024);

        using var response = await Host.AskForClientTokenAsync(weak.Prove("POST", "/token"));

        Assert.Equal("invalid_dpop_proof", await response.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task SignatureOfAnotherKey_IsRefused()
    {
        using var other = new ProofForge(Host);

        await AssertRejectedAsync("signature of the DPoP proof", other.Sign(Key.Header(), Claims()));
    }

    [Fact]
    public Task SignatureOfAnotherLength_IsRefused() => AssertRejectedAsync(
        "signature of the DPoP proof",
        TokenForge.Sign(Key.Header().ToJsonString(), Claims().ToJsonString(), static _ => new byte[63]));

    [Fact]
    public async Task ChangedClaims_RememberedKey_AreRefused()
    {
        using (var first = await Host.ReadSamplesWithProofsAsync(Token, Key.Prove("GET", "/samples", Token)))
        {
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        }

        var parts = Key.Prove("GET", "/me", Token).Split('.');
        parts[1] = TokenForge.Encode(Encoding.UTF8.GetBytes(Claims().ToJsonString()));

        await AssertRejectedAsync("signature of the DPoP proof", string.Join('.', parts));
    }

    [Fact]
    public async Task ProofOfAnotherKey_IsRefused()
    {
        using var other = new ProofForge(Host);

        await AssertRejectedAsync("bound to another key", other.Prove("GET", "/samples", Token));
    }
}
