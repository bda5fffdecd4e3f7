using System.Net;
using Gatehouse.Protection.Http;
using Gatehouse.Tokens;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Protection.DPoP;

/// <summary>For endpoints that give out tokens: to which key the tokens are to be bound, if the request proves to hold one (RFC 9449 §5).</summary>
internal sealed class TokenBinding(ProofVerifier verifier, ProofNonces nonces, Challenge challenge, ILogger<TokenBinding> logger)
{
    /// <summary>The proof of a request; null when none was sent.</summary>
    /// <exception cref="OAuthException"><c>invalid_dpop_proof</c> or <c>use_dpop_nonce</c>, at an OAuth endpoint.</exception>
    /// <exception cref="ProblemException">The same elsewhere.</exception>
    public async ValueTask<VerifiedProof?> FindAsync(HttpRequestData request, bool isOAuth, CancellationToken cancellationToken)
    {
        var verification = await verifier.VerifyAsync(request, accessToken: null, thumbprint: null, cancellationToken);
        return verification.Rejection is { } rejection ? throw await RefuseAsync(rejection, isOAuth, cancellationToken) : verification.Proof;
    }

    /// <summary>Uses a proof up, once everything else about the request was found right.</summary>
    /// <exception cref="OAuthException"><c>invalid_dpop_proof</c>: it was used before, at an OAuth endpoint.</exception>
    /// <exception cref="ProblemException">The same elsewhere.</exception>
    public async ValueTask UseAsync(VerifiedProof? proof, bool isOAuth, CancellationToken cancellationToken)
    {
        if (proof is not null && !verifier.TryUse(proof))
        {
            throw await RefuseAsync(ProofRejection.Replayed, isOAuth, cancellationToken);
        }
    }

    /// <summary>The failure that says what is wrong with a proof, with a nonce where that is what is missing.</summary>
    public async ValueTask<Exception> RefuseAsync(ProofRejection rejection, bool isOAuth, CancellationToken cancellationToken)
    {
        logger.ProofRejected(rejection.Reason);
        var nonce = rejection == ProofRejection.NonceNeeded ? await nonces.CreateAsync(cancellationToken) : null;
        return isOAuth
            ? new OAuthException(rejection.Error, rejection.Description + ".", HttpStatusCode.BadRequest) { ProofNonce = nonce }
            : new ProblemException(challenge.Describe(rejection, nonce));
    }
}
