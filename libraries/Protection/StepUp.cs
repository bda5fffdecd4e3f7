using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker;

namespace Gatehouse.Protection;

/// <summary>
/// Lets only people in who signed in with more than one factor: their token has <c>mfa</c> in <c>amr</c> (RFC 8176), or an
/// <c>acr</c> that stands for it (<c>Protection:TrustedIssuers:0:MfaContexts</c>). Others get a 401 with
/// <c>insufficient_user_authentication</c> (RFC 9470). It adds to the access rule of a function and replaces none: a function still
/// needs <c>[Authorize]</c>. On a class it holds for all functions that are not anonymous.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
public sealed class RequireMfaAttribute : Attribute;

/// <summary>
/// Lets only people in who signed in a short time ago, by the <c>auth_time</c> of their token. Others get a 401 with
/// <c>insufficient_user_authentication</c> and <c>max_age</c> (RFC 9470). It adds to the access rule of a function and replaces
/// none: a function still needs <c>[Authorize]</c>. On a class it holds for all functions that are not anonymous; the same attribute
/// on a method takes its place there.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
public sealed class RequireRecentSignInAttribute : Attribute
{
    /// <summary>Creates the rule.</summary>
    /// <param name="minutes">How many minutes ago the person may have signed in, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public RequireRecentSignInAttribute(int minutes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minutes, 1);
        Minutes = minutes;
    }

    /// <summary>How many minutes ago the person may have signed in.</summary>
    public int Minutes { get; }
}

/// <summary>Refuses callers whose sign-in does not suffice for a function (RFC 9470). A token that tells nothing of a sign-in never suffices.</summary>
internal sealed class StepUp(TokenIssuers issuers, Challenge challenge, TimeProvider time)
{
    /// <summary>The <c>amr</c> of a sign-in with more than one factor (RFC 8176 §2).</summary>
    public const string MfaMethod = "mfa";

    /// <summary>The <c>acr</c> of such a sign-in, as several providers write it (OpenID Provider Authentication Policy Extension 1.0 §4.1).</summary>
    public const string MfaContext = "http://schemas.openid.net/pape/policies/2007/06/multi-factor";

    /// <summary>The refusal; null when the sign-in suffices.</summary>
    /// <param name="context">The invocation.</param>
    /// <param name="rule">The rule of the function.</param>
    /// <param name="caller">The caller.</param>
    public Problem? FindProblem(FunctionContext context, AccessRule rule, Caller caller)
    {
        if (!rule.CanAskForStepUp)
        {
            return null;
        }

        IReadOnlyCollection<string> contexts = !rule.RequiresMfa ? []
            : caller.TrustedIssuer is { } name && issuers.Find(name) is { } issuer ? issuer.MfaContexts
            : [MfaContext];
        var fault = rule.RequiresMfa && !IsMfa(caller, contexts) ? "A sign-in with a second factor is required"
            : rule.MaxSignInAge is { } maxAge && !IsRecent(caller, maxAge) ? "A more recent sign-in is required"
            : null;

        // The challenge names all that the function asks for, so that one new sign-in is enough.
        return fault is null ? null : new Problem(ProblemType.InsufficientSignIn, fault + ".")
            .With("WWW-Authenticate", challenge.InsufficientSignIn(context, fault, contexts, rule.MaxSignInAge, caller.ProofKeyThumbprint is not null));
    }

    private static bool IsMfa(Caller caller, IReadOnlyCollection<string> contexts) =>
        caller.AuthenticationMethods.Contains(MfaMethod) || (caller.AuthenticationContext is { } acr && contexts.Contains(acr));

    // A time far in the future would stay recent forever.
    private bool IsRecent(Caller caller, TimeSpan maxAge) =>
        time.GetUtcNow() - caller.AuthenticatedAt is { } age && age <= maxAge && age >= -TokenVerifier.ClockSkew;
}
