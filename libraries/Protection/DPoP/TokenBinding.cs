using Microsoft.Extensions.Logging;

namespace Gatehouse.Protection.DPoP;

/// <summary>
/// Finds the key to bind new tokens to, at endpoints that issue tokens: the key that the request proves to hold, if
/// any (RFC 9449 §5).
/// </summary>
internal sealed class TokenBinding(ProofVerifier verifier, ILogger<TokenBinding> logger, INonceSource? nonces = null)
{
    /// <summary>The proof of a request; null when none was sent.</summary>
    /// <exception cref="ProofRefusedException">The proof is wrong.</exception>
    public async ValueTask<VerifiedProof?> FindAsync(SentProof sent, CancellationToken cancellationToken)
    {
        var verification = await verifier.VerifyAsync(sent, accessToken: null, thumbprint: null, cancellationToken);
        return verification.Rejection is { } rejection ? throw await RefuseAsync(rejection, cancellationToken) : verification.Proof;
    }

    /// <summary>Uses up a proof. Call it after every other check of the request.</summary>
    /// <exception cref="ProofRefusedException">The proof was used before.</exception>
    public async ValueTask UseAsync(VerifiedProof? proof, CancellationToken cancellationToken)
    {
        if (proof is not null && !verifier.TryUse(proof))
        {
            throw await RefuseAsync(ProofRejection.Replayed, cancellationToken);
        }
    }

    /// <summary>The exception for a refused proof, with a nonce if the proof lacks one.</summary>
    public async ValueTask<ProofRefusedException> RefuseAsync(ProofRejection rejection, CancellationToken cancellationToken)
    {
        logger.ProofRejected(rejection.Reason);
        return new ProofRefusedException(rejection, rejection == ProofRejection.NonceNeeded ? await nonces!.CreateAsync(cancellationToken) : null);
    }
}

/// <summary>The proof of a request is invalid, or missing where one is required.</summary>
/// <param name="rejection">The fault of the proof.</param>
/// <param name="nonce">The nonce for the next proof; null when the refusal has another reason.</param>
internal sealed class ProofRefusedException(ProofRejection rejection, string? nonce) : Exception(rejection.Description)
{
    public ProofRejection Rejection { get; } = rejection;

    public string? Nonce { get; } = nonce;
}
