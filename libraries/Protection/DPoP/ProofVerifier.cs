using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection.DPoP;

/// <summary>Verifies the DPoP proof of a request, point by point as RFC 9449 §4.3 lists them.</summary>
internal sealed class ProofVerifier(ProofKeys keys, ProofUrls urls, TimeProvider time, IOptions<DPoPOptions> options, INonceSource? nonces = null)
{
    /// <summary>
    /// The largest difference between <c>iat</c> and the current time: clocks of clients differ, and requests take
    /// time to arrive.
    /// </summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    // A proof from the future is valid until one window after its iat, to the end of that second.
    private readonly ProofMemory _used = new(options.Value.RememberedProofs, Window + Window + TimeSpan.FromSeconds(1), time);

    /// <summary>Verifies the proof of a request.</summary>
    /// <param name="sent">The proof and the request that it came with.</param>
    /// <param name="accessToken">The access token of the request; null at an endpoint that issues tokens.</param>
    /// <param name="thumbprint">The thumbprint of the required key; null for any key.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The proof, not yet used up, or a rejection; neither when no proof was sent.</returns>
    /// <exception cref="KeysUnavailableException">A nonce is required, and no signing key is known.</exception>
    public async ValueTask<ProofVerification> VerifyAsync(SentProof sent, string? accessToken, string? thumbprint, CancellationToken cancellationToken)
    {
        if (sent.Proof is null)
        {
            return default;
        }

        if (sent.IsSentTwice)
        {
            return ProofRejection.SentTwice;
        }

        if (Check(sent.Proof, sent, accessToken, thumbprint, out var claims, out var key) is { } rejection)
        {
            return rejection;
        }

        string? nextNonce = null;
        if (options.Value.RequireNonce)
        {
            if (claims!.Nonce is null || await nonces!.FindAgeAsync(claims.Nonce, cancellationToken) is not { } age)
            {
                return ProofRejection.NonceNeeded;
            }

            nextNonce = age > options.Value.NonceLifetime / 2 ? await nonces!.CreateAsync(cancellationToken) : null;
        }

        return new VerifiedProof(key!, Identify(key!, claims!.Id), nextNonce);
    }

    /// <summary>Uses up a proof. False when it was used before.</summary>
    /// <exception cref="ProofMemoryFullException">The proof can't be remembered, so it can't be accepted.</exception>
    public bool TryUse(VerifiedProof proof) => _used.TryAdd(proof.Id);

    private ProofRejection? Check(string proof, SentProof sent, string? accessToken, string? thumbprint, out ProofClaims? claims, out string? keyThumbprint)
    {
        claims = null;
        keyThumbprint = null;
        if (proof.Length > TokenVerifier.MaxLength)
        {
            return ProofRejection.TooLong;
        }

        if (!TokenDecoder.TrySplit(proof, out var headerPart, out var payloadPart))
        {
            return ProofRejection.Malformed;
        }

        var header = proof[headerPart];
        if (keys.Read(header, out var keyFault) is not { } key)
        {
            return keyFault;
        }

        // Compared before the signature, which is expensive to check.
        keyThumbprint = key.Thumbprint;
        if (thumbprint is not null && thumbprint != keyThumbprint)
        {
            return ProofRejection.WrongKey;
        }

        var content = Encoding.ASCII.GetBytes(proof, 0, payloadPart.End.Value);
        if (!key.Verify(content, Base64Url.DecodeFromChars(proof.AsSpan(payloadPart.End.Value + 1))))
        {
            return ProofRejection.BadSignature;
        }

        keys.Remember(header, key);
        claims = ProofClaims.Read(proof.AsSpan()[payloadPart]);
        return claims is null ? ProofRejection.InvalidClaims : CheckClaims(claims, sent, accessToken);
    }

    private ProofRejection? CheckClaims(ProofClaims claims, SentProof sent, string? accessToken)
    {
        if (claims.Method != sent.Method)
        {
            return ProofRejection.WrongMethod;
        }

        if (!urls.Fits(claims.Url, sent.Url))
        {
            return ProofRejection.WrongUrl;
        }

        if (accessToken is not null && claims.TokenHash != Hash(accessToken))
        {
            return ProofRejection.WrongToken;
        }

        // Compared in whole seconds, because iat usually has no fraction.
        var age = time.GetUtcNow().ToUnixTimeSeconds() - Math.Floor(claims.IssuedAt);
        return Math.Abs(age) <= Window.TotalSeconds ? null : ProofRejection.NotCurrent;
    }

    private static string Hash(string accessToken) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)));

    // The same jti under two keys means two proofs. A thumbprint has a fixed length, so no two pairs give the same string.
    private static UInt128 Identify(string thumbprint, string id) =>
        BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(thumbprint + id)));
}
