using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Keys;
using Gatehouse.Protection;
using Gatehouse.Protection.DPoP;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>Verifies the assertions by which clients prove that they hold a key (<c>private_key_jwt</c>, RFC 7523 §3).</summary>
internal sealed class ClientAssertions(TimeProvider time, IOptions<TokensOptions> options)
{
    private const int RememberedAssertions = 100_000;
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromMinutes(5);

    private readonly ProofMemory _used = new(RememberedAssertions, MaxLifetime + (2 * TokenVerifier.ClockSkew), time);

    /// <summary>The reason why an assertion does not authenticate a client; null when it does. A valid assertion is used up.</summary>
    /// <exception cref="SecretSourceUnavailableException">The client's keys can't be read.</exception>
    /// <exception cref="ProofMemoryFullException">The assertion can't be remembered, so it can't be accepted.</exception>
    public async ValueTask<string?> FindFaultAsync(ClientAssertion assertion, Client client, CancellationToken cancellationToken)
    {
        if (client.Keys is not { } keys)
        {
            return "wrong_method";
        }

        if (!PeerKey.Algorithms.Contains(assertion.Algorithm))
        {
            return "wrong_algorithm";
        }

        var candidates = await keys.FindAsync(assertion.Algorithm, assertion.Kid, cancellationToken);
        if (candidates.Count == 0)
        {
            return "unknown_key";
        }

        if (!candidates.Any(key => key.Verify(assertion.Content, assertion.Signature)))
        {
            return "wrong_signature";
        }

        // RFC 7523 §3: the audience is the authorization server, named by its issuer or its token endpoint. With another
        // audience beside it, that other server could use the assertion here.
        if (assertion.Audiences.Count == 0 || !assertion.Audiences.All(audience => audience == options.Value.Issuer || audience == options.Value.Issuer.TrimEnd('/') + "/token"))
        {
            return "wrong_audience";
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var skew = TokenVerifier.ClockSkew.TotalSeconds;
        if (!(assertion.ExpiresAt > now - skew && assertion.ExpiresAt <= now + MaxLifetime.TotalSeconds + skew && assertion.NotBefore <= now + skew))
        {
            return "not_current";
        }

        return _used.TryAdd(Identify(assertion)) ? null : "replayed";
    }

    // A client id has no line break, so no two pairs give the same string.
    private static UInt128 Identify(ClientAssertion assertion) =>
        BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{assertion.ClientId}\n{assertion.Id}")));
}
