using System.Collections.Immutable;
using Gatehouse.Protection;

namespace Gatehouse.Tokens;

/// <summary>A user's sign-in, of which the tokens of its session tell.</summary>
/// <param name="At">When the user signed in: <c>auth_time</c>.</param>
/// <param name="Methods">How: <c>amr</c>, by the values of RFC 8176 §2.</param>
internal readonly record struct AuthenticationEvent(DateTimeOffset At, ImmutableArray<string> Methods)
{
    /// <summary>The methods of a sign-in by password alone.</summary>
    public static readonly ImmutableArray<string> Password = ["pwd"];

    /// <summary>
    /// The methods of a sign-in by password and a code of an authenticator app or a recovery code. RFC 8176 knows no other value for
    /// the latter: both are one-time passwords.
    /// </summary>
    public static readonly ImmutableArray<string> PasswordAndCode = ["pwd", "otp", StepUp.MfaMethod];

    /// <summary>A time before the user was read, so that a later change of the user ends the session and its token.</summary>
    public DateTimeOffset UserReadAt { get; init; } = At;

    /// <summary>The <c>acr</c> of a sign-in by these methods; null when there is no name for it.</summary>
    public static string? FindContext(ImmutableArray<string> methods) => methods.Contains(StepUp.MfaMethod) ? StepUp.MfaContext : null;
}
