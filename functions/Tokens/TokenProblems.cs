using Gatehouse.Protection.Http;

namespace Gatehouse.Tokens;

/// <summary>A refresh token is not valid. The client does not learn whether it is unknown, used, expired or revoked.</summary>
internal sealed class InvalidRefreshTokenException() : Exception("The refresh token is not valid: unknown, used, expired or revoked. Sign in again.");

/// <summary>A refresh requests a scope that was not granted at the sign-in.</summary>
internal sealed class ScopeNotGrantedException() : Exception("A refresh can narrow the scope, not widen it. Sign in again for more.");

/// <summary>A request names a resource that no tokens are issued for, or that was not granted at the sign-in.</summary>
internal sealed class UnknownResourceException() : Exception("The resource is not an API that this server issues tokens for, or was not granted at the sign-in.");

/// <summary>A client tried to revoke a token of another client.</summary>
internal sealed class TokenOfAnotherClientException() : Exception("The token was issued to another client, and only that client may revoke it.");

/// <summary>A token of another issuer can be revoked only there.</summary>
internal sealed class TokenOfAnotherIssuerException(string issuer) : Exception($"The token comes from {issuer}. Revoke it there.");

/// <summary>Maps the exceptions of this folder to OAuth errors.</summary>
internal sealed class TokenProblems : IProblemMapper
{
    public Problem? Find(Exception exception) => exception switch
    {
        InvalidRefreshTokenException => Create(OAuthError.InvalidGrant, exception),
        ScopeNotGrantedException => Create(OAuthError.InvalidScope, exception),
        UnknownResourceException => Create(OAuthError.InvalidTarget, exception),
        TokenOfAnotherClientException => Create(OAuthError.InvalidGrant, exception),
        TokenOfAnotherIssuerException => Create(OAuthError.UnsupportedTokenType, exception),
        _ => null,
    };

    private static Problem Create(OAuthError error, Exception exception) => new(ProblemType.InvalidRequest, exception.Message) { OAuth = error };
}
