using Gatehouse.Protection.DPoP;
using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Protection;

/// <summary>Checks that a bound token comes with its proof, and that a bearer token is enough for the function (RFC 9449 §7).</summary>
internal sealed class ProofCheck(ProofVerifier verifier, DPoPRequirements requirements, Challenge challenge, ILogger<ProofCheck> logger, INonceSource? nonces = null)
{
    /// <summary>The fault in how a verified token was sent; null when there is none.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="context">The invocation.</param>
    /// <param name="presented">The token as it was sent.</param>
    /// <param name="caller">The caller that the token names.</param>
    /// <exception cref="ProofMemoryFullException">The proof can't be remembered, so it can't be accepted.</exception>
    public async ValueTask<Problem?> FindProblemAsync(HttpExchange exchange, FunctionContext context, PresentedToken presented, Caller caller)
    {
        if (FindMismatch(presented, caller, context.FunctionDefinition.Name) is { } mismatch)
        {
            logger.TokenRejected(mismatch.Reason, context.FunctionDefinition.Name);
            return new Problem(ProblemType.InvalidToken, mismatch.Description + ".").With("WWW-Authenticate", challenge.InvalidToken(context, mismatch, isBound: true));
        }

        if (caller.ProofKeyThumbprint is null)
        {
            return null;
        }

        var verification = await verifier.VerifyAsync(exchange.ReadProof(), presented.Token, caller.ProofKeyThumbprint, context.CancellationToken);
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
        return challenge.Describe(rejection, nonce, context);
    }

    /// <summary>Runs the rest of the pipeline, and adds the next nonce to the answer when the nonce of the proof grows old (RFC 9449 §8.2).</summary>
    public static Task OfferNonceAsync(HttpExchange exchange, FunctionContext context, FunctionExecutionDelegate next) =>
        context.Features.Get<VerifiedProof>() is { NextNonce: { } nonce }
            ? exchange.ContinueAsync(next, static (exchange, nonce) => exchange.SetNonce((string)nonce!), nonce)
            : next(context);

    private TokenRejection? FindMismatch(PresentedToken presented, Caller caller, string function)
    {
        if (presented.IsBoundScheme)
        {
            return caller.ProofKeyThumbprint is null ? TokenRejection.NotBound : null;
        }

        // RFC 9449 §7.2: a bound token sent as a bearer token is refused, or a thief could use it without the key.
        if (caller.ProofKeyThumbprint is not null)
        {
            return TokenRejection.Bound;
        }

        return requirements.IsRequiredAt(function) || requirements.IsRequiredFor(caller.Roles) ? TokenRejection.BindingRequired : null;
    }
}
