using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Protection;

/// <summary>
/// Lets a request through to its function when the function's <see cref="AccessRule"/> allows it, and refuses it
/// otherwise. Every HTTP-triggered function passes here; there is no way around it.
/// </summary>
internal sealed class AccessMiddleware(
    AccessRules rules,
    TokenReader reader,
    TokenVerifier verifier,
    ProofCheck proofs,
    StepUp stepUp,
    Challenge challenge,
    IEnumerable<ICallerTransformation> transformations,
    ILogger<AccessMiddleware> logger) : HttpMiddleware
{
    private readonly ICallerTransformation[] _transformations = [.. transformations];

    protected override async Task InvokeAsync(HttpExchange exchange, FunctionContext context, FunctionExecutionDelegate next)
    {
        var rule = rules.Find(context.FunctionDefinition.Name);
        if (!rule.IsAnonymous && await FindRefusalAsync(context, rule, exchange) is { } refusal)
        {
            await exchange.AnswerAsync(refusal);
            return;
        }

        await ProofCheck.OfferNonceAsync(exchange, context, next);
    }

    private async ValueTask<Problem?> FindRefusalAsync(FunctionContext context, AccessRule rule, HttpExchange exchange)
    {
        if (rule.IsRefused)
        {
            logger.NoAccessRule(context.FunctionDefinition.Name);
            return new Problem(ProblemType.AccessDenied, "This function states no access rule, so it refuses every call.");
        }

        var presented = reader.Read(exchange);
        if (presented.Fault is { } fault)
        {
            // RFC 6750 §3.1: a malformed request is a 400, and the challenge says why.
            return new Problem(ProblemType.MalformedRequest, fault).With("WWW-Authenticate", challenge.InvalidRequest(fault));
        }

        if (presented.Token is not { } token)
        {
            return new Problem(ProblemType.AuthenticationRequired, "Send an access token in the Authorization header, after the word Bearer, or DPoP if it is bound to a key.")
                .With("WWW-Authenticate", challenge.TokenRequired(context));
        }

        var verification = await verifier.VerifyAsync(token, context.CancellationToken);
        if (verification.Caller is not { } caller)
        {
            var rejection = verification.Rejection!;
            logger.TokenRejected(rejection.Reason, context.FunctionDefinition.Name);
            return new Problem(ProblemType.InvalidToken, rejection.Description + ".").With("WWW-Authenticate", challenge.InvalidToken(context, rejection, presented.IsBoundScheme));
        }

        if (await proofs.FindProblemAsync(exchange, context, presented, caller) is { } problem)
        {
            return problem;
        }

        foreach (var transformation in _transformations)
        {
            caller = await transformation.TransformAsync(caller, context);
        }

        context.Features.Set(caller);

        // A caller without the right gains nothing by another sign-in.
        return FindMissingRight(context, rule, caller) ?? stepUp.FindProblem(context, rule, caller);
    }

    private Problem? FindMissingRight(FunctionContext context, AccessRule rule, Caller caller)
    {
        // Without this detail the person would look for a missing role.
        var holdup = caller.MustChangePassword ? "The password is temporary. Change it first, with POST /me/password; until then the token grants nothing."
            : caller.MustAddFactor ? "A second factor is required. Add one first, with POST /me/totp; until then the token grants nothing."
            : null;
        if (holdup is not null && (rule.Scopes.Length > 0 || rule.Roles.Length > 0))
        {
            var problem = new Problem(ProblemType.AccessDenied, holdup);
            return rule.Scopes.Length > 0 ? problem.With("WWW-Authenticate", challenge.InsufficientScope(context, rule.ScopeText, caller.ProofKeyThumbprint is not null)) : problem;
        }

        foreach (var scope in rule.Scopes)
        {
            if (!caller.Scopes.Contains(scope))
            {
                return new Problem(ProblemType.AccessDenied, $"The access token needs the scope {rule.ScopeText}.")
                    .With("WWW-Authenticate", challenge.InsufficientScope(context, rule.ScopeText, caller.ProofKeyThumbprint is not null));
            }
        }

        foreach (var roles in rule.Roles)
        {
            if (!roles.Any(caller.Roles.Contains))
            {
                return new Problem(ProblemType.AccessDenied, $"The caller needs one of the roles {string.Join(", ", roles)}.");
            }
        }

        return null;
    }
}
