using Gatehouse.Protection.DPoP;
using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Protection;

/// <summary>For requests to functions that need a token: a bound token with its proof, or a bearer token where that is enough (RFC 9449 §7).</summary>
internal sealed class ProofCheck(ProofVerifier verifier, DPoPRequirements requirements, Challenge challenge, ILogger<ProofCheck> logger, INonceSource? nonces = null)
{
    /// <summary>What is wrong with the way in which a token, itself verified, was sent; null when nothing is.</summary>
    /// <param name="request">The request.</param>
    /// <param name="presented">The token as it came.</param>
    /// <param name="caller">What it says.</param>
    /// <exception cref="ProofMemoryFullException">The proof can't be remembered, and so can't be taken.</exception>
    public async ValueTask<Problem?> FindProblemAsync(HttpRequestData request, PresentedToken presented, Caller caller)
    {
        var context = request.FunctionContext;
        if (FindMismatch(presented, caller, context.FunctionDefinition.Name) is { } mismatch)
        {
            logger.TokenRejected(mismatch.Reason, context.FunctionDefinition.Name);
            return new Problem(ProblemType.InvalidToken, mismatch.Description + ".").With("WWW-Authenticate", challenge.InvalidToken(mismatch, isBound: true));
        }

        if (caller.ProofKeyThumbprint is null)
        {
            return null;
        }

        var verification = await verifier.VerifyAsync(request.ReadProof(), presented.Token, caller.ProofKeyThumbprint, context.CancellationToken);
        var rejection = verification switch
        {
            { Rejection: { } found } => found,
            { Proof: { } proof } => verifier.TryUse(proof) ? null : ProofRejection.Replayed,
            _ => ProofRejection.Missing,
        };
        if (rejection is null)
        {
            context.Features.Set(verification.Proof!);
            return null;
        }

        logger.ProofRejected(rejection.Reason);
        var nonce = rejection == ProofRejection.NonceNeeded ? await nonces!.CreateAsync(context.CancellationToken) : null;
        return challenge.Describe(rejection, nonce);
    }

    /// <summary>After the function: gives the caller the next nonce when that of its proof grows old (RFC 9449 §8.2).</summary>
    public static void OfferNonce(FunctionContext context)
    {
        if (context.Features.Get<VerifiedProof>() is { NextNonce: { } nonce } && context.GetInvocationResult().Value is HttpResponseData response)
        {
            response.SetNonce(nonce);
        }
    }

    private TokenRejection? FindMismatch(PresentedToken presented, Caller caller, string function)
    {
        if (presented.IsBoundScheme)
        {
            return caller.ProofKeyThumbprint is null ? TokenRejection.NotBound : null;
        }

        // RFC 9449 §7.2: a bound token that comes as a bearer token is refused, or whoever steals it could use it.
        if (caller.ProofKeyThumbprint is not null)
        {
            return TokenRejection.Bound;
        }

        return requirements.IsRequiredAt(function) || requirements.IsRequiredFor(caller.Roles) ? TokenRejection.BindingRequired : null;
    }
}
