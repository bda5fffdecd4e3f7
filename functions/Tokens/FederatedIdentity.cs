using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Protection;
using Gatehouse.Protection.DPoP;
using Gatehouse.Protection.Issuers;
using Gatehouse.Protection.Json;

namespace Gatehouse.Tokens;

/// <summary>
/// The identity of a client at another issuer: a workflow of GitHub, a pod of Kubernetes, a machine in a cloud. The issuer's
/// token for that workload authenticates the client (RFC 7523 §2.2), so the client needs no secret of its own.
/// </summary>
/// <param name="options">The identity.</param>
/// <param name="audience">The <c>aud</c> of the tokens.</param>
/// <param name="keys">The keys of the issuer.</param>
/// <param name="time">The clock.</param>
internal sealed class FederatedIdentity(FederatedOptions options, string audience, IssuerKeySource keys, TimeProvider time)
{
    // Entra lists up to 200 groups in a token.
    private const int MaxLength = 16 * 1024;

    // Issuers nest claims that Gatehouse does not read.
    private const int MaxDepth = 64;

    // Only tokens with a good signature are remembered, and each client has a memory of its own.
    private const int RememberedTokens = 100_000;

    private readonly ProofMemory? _used = options.Reusable ? null : new ProofMemory(RememberedTokens, options.MaxLifetime + (2 * TokenVerifier.ClockSkew), time);

    /// <summary>The reason why a token does not authenticate the client; null when it does. A valid token is used up unless it is reusable.</summary>
    /// <exception cref="KeysUnavailableException">The issuer's keys have never been read and can't be read now.</exception>
    /// <exception cref="ProofMemoryFullException">The token can't be remembered, so it can't be accepted.</exception>
    public async ValueTask<string?> FindFaultAsync(string token, CancellationToken cancellationToken)
    {
        if (token.Length > MaxLength
            || !TokenDecoder.TrySplit(token, out var headerPart, out var payloadPart)
            || TokenHeader.Read(token.AsSpan()[headerPart], out _) is not { } header
            || !ClientAssertion.IsType(header.Type))
        {
            return "malformed";
        }

        if (!PeerKey.Algorithms.Contains(header.Algorithm))
        {
            return "wrong_algorithm";
        }

        using var payload = TokenDecoder.ReadObject(token.AsSpan()[payloadPart], out _, MaxDepth);
        if (payload is null)
        {
            return "malformed";
        }

        // Checked before the key, so that the token of another workload causes no request.
        if (FindFault(payload.RootElement) is { } fault)
        {
            return fault;
        }

        if (await keys.FindAsync(header.Kid, header.Algorithm, cancellationToken) is not { } key || !key.Allows(header.Algorithm))
        {
            return "unknown_key";
        }

        var content = Encoding.ASCII.GetBytes(token, 0, payloadPart.End.Value);
        if (!key.Verify(header.Algorithm, content, Base64Url.DecodeFromChars(token.AsSpan(content.Length + 1))))
        {
            return "wrong_signature";
        }

        return _used is null || _used.TryAdd(Identify(payload.RootElement, content)) ? null : "replayed";
    }

    private string? FindFault(JsonElement payload)
    {
        if (payload.FindString("iss") != options.Issuer)
        {
            return "wrong_issuer";
        }

        // With another audience beside it, that other server could use the token here.
        if (!payload.TryGetProperty("aud", out var named) || named.AsStrings() is not { Length: > 0 } audiences || !audiences.All(audience.Equals))
        {
            return "wrong_audience";
        }

        if (payload.FindString("sub") != options.Subject)
        {
            return "wrong_subject";
        }

        // A token that is bound to a key (cnf) proves nothing by itself.
        if (payload.TryGetPresent("cnf", out _) || !options.Claims.All(claim => ClaimValues.Find(payload, claim.Key)?.AsString() == claim.Value))
        {
            return "wrong_claim";
        }

        return IsCurrent(payload) ? null : "not_current";
    }

    // A token with an iat in the future would live longer than from iat to exp.
    private bool IsCurrent(JsonElement payload)
    {
        var now = time.GetUtcNow();
        return TrustedTokenClaims.FindTime(payload, "exp") is { } expiresAt
            && now - TokenVerifier.ClockSkew < expiresAt
            && expiresAt - now <= options.MaxLifetime + TokenVerifier.ClockSkew
            && (TrustedTokenClaims.FindTime(payload, "iat") is not { } issuedAt || expiresAt - issuedAt <= options.MaxLifetime)
            && (!payload.TryGetProperty("nbf", out _) || TrustedTokenClaims.FindTime(payload, "nbf") <= now + TokenVerifier.ClockSkew);
    }

    // Google's tokens have no jti. The signature does not count: from one ECDSA signature anyone can make another valid one.
    private static UInt128 Identify(JsonElement payload, byte[] content) =>
        BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(payload.TryGetString("jti", out var id) ? Encoding.UTF8.GetBytes(id) : content));
}
