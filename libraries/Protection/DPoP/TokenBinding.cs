using Microsoft.Extensions.Logging;

namespace Gatehouse.Protection.DPoP;

/// <summary>For endpoints that give out tokens: the key to which the tokens are to be bound, if the request proves to hold one (RFC 9449 §5).</summary>
internal sealed class TokenBinding(ProofVerifier verifier, ILogger<TokenBinding> logger, INonceSource? nonces = null)
{
    /// <summary>The proof of a request; null when none was sent.</summary>
    /// <exception cref="ProofRefusedException">The proof is wrong.</exception>
    public async ValueTask<VerifiedProof?> FindAsync(SentProof sent, CancellationToken cancellationToken)
    {
        var verification = await verifier.VerifyAsync(sent, accessToken: null, thumbprint: null, cancellationToken);
        return verification.Rejection is { } rejection ? throw await RefuseAsync(rejection, cancellationToken) : verification.Proof;
    }

    /// <summary>Uses a proof up, once everything else about the request was found right.</summary>
    /// <exception cref="ProofRefusedException">The proof was used before.</exception>
    public async ValueTask UseAsync(VerifiedProof? proof, CancellationToken cancellationToken)
    {
        if (proof is not null && !verifier.TryUse(proof))
        {
            throw await RefuseAsync(ProofRejection.Replayed, cancellationToken);
        }
    }

    /// <summary>The exception that says what is wrong with a proof, with a nonce where that is what is missing.</summary>
    public async ValueTask<ProofRefusedException> RefuseAsync(ProofRejection rejection, CancellationToken cancellationToken)
    {
        logger.ProofRejected(rejection.Reason);
        return new ProofRefusedException(rejection, rejection == ProofRejection.NonceNeeded ? await nonces!.CreateAsync(cancellationToken) : null);
    }
}

/// <summary>An endpoint does not accept the proof of a request, or misses one.</summary>
/// <param name="rejection">What is wrong.</param>
/// <param name="nonce">The nonce that the next proof needs; null when that is not what is missing.</param>
internal sealed class ProofRefusedException(ProofRejection rejection, string? nonce) : Exception(rejection.Description)
{
    public ProofRejection Rejection { get; } = rejection;

    public string? Nonce { get; } = nonce;
}
