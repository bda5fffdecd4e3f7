namespace Gatehouse.Protection;

/// <summary>The outcome of a verification: a caller or a rejection, never both.</summary>
internal readonly record struct TokenVerification(Caller? Caller, TokenRejection? Rejection)
{
    /// <summary>Whether the token was verified before, so that its signature was not checked again.</summary>
    public bool IsRemembered { get; init; }

    public static implicit operator TokenVerification(Caller caller) => new(caller, null);

    public static implicit operator TokenVerification(TokenRejection rejection) => new(null, rejection);
}

/// <summary>A token whose signature was right. Whether it is still good is asked each time it comes: time passes and keys go.</summary>
internal sealed record RememberedToken(Caller Caller, VerificationKey Key);
