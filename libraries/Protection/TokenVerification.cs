namespace Gatehouse.Protection;

/// <summary>The outcome of a verification: a caller or a rejection, never both.</summary>
internal readonly record struct TokenVerification(Caller? Caller, TokenRejection? Rejection)
{
    /// <summary>Whether the token was verified before, so that no signature check was needed.</summary>
    public bool IsRemembered { get; init; }

    public static implicit operator TokenVerification(Caller caller) => new(caller, null);

    public static implicit operator TokenVerification(TokenRejection rejection) => new(null, rejection);
}

/// <summary>A token with a valid signature. Expiry, key and revocation are checked at each use.</summary>
internal sealed record RememberedToken(Caller Caller, ITokenIssuer Issuer, VerificationKey Key);
