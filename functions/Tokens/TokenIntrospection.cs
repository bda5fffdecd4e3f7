using Gatehouse.Protection;
using Gatehouse.Protection.Json;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>Describes a token and reports whether it would be accepted now (RFC 7662).</summary>
internal sealed class TokenIntrospection(TokenVerifier verifier, Sessions sessions, IOptions<TokensOptions> options)
{
    /// <param name="text">A token of either kind.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns><see cref="IntrospectionDocument.Inactive"/> for every token that would not be accepted, whatever the reason.</returns>
    public async Task<IntrospectionDocument> DescribeAsync(string text, CancellationToken cancellationToken)
    {
        if (RefreshToken.TryParse(text, out var refreshToken))
        {
            return await sessions.FindAsync(refreshToken, cancellationToken) is { } family ? Describe(family) : IntrospectionDocument.Inactive;
        }

        // RFC 7662 §2.2: a token of another issuer is not ours to describe.
        return (await verifier.VerifyAsync(text, forKnownApis: true, cancellationToken)).Caller is { TrustedIssuer: null } caller ? Describe(caller, ReadAudiences(text)) : IntrospectionDocument.Inactive;
    }

    private static IntrospectionDocument Describe(RefreshTokenFamily family) => new()
    {
        Active = true,
        Scope = string.Join(' ', family.Scopes),
        ClientId = family.ClientId,
        Confirmation = ConfirmationDocument.Of(family.ProofKeyThumbprint),
        Subject = family.Subject,
        SessionId = family.Id,
        AuthenticatedAt = family.AuthenticatedAt.ToUnixTimeSeconds(),
        AuthenticationMethods = family.AuthenticationMethods.IsEmpty ? null : family.AuthenticationMethods,
        AuthenticationContext = AuthenticationEvent.FindContext(family.AuthenticationMethods),
        ExpiresAt = family.IdleExpiresAt.ToUnixTimeSeconds(),
    };

    private IntrospectionDocument Describe(Caller caller, IReadOnlyList<string> audiences) => new()
    {
        Active = true,
        Scope = caller.Scopes.Text,
        ClientId = caller.ClientId,
        TokenType = TokenTypes.Of(caller.ProofKeyThumbprint),
        Confirmation = ConfirmationDocument.Of(caller.ProofKeyThumbprint),
        Subject = caller.Subject,
        Issuer = options.Value.Issuer,
        Audiences = audiences,
        TokenId = caller.TokenId,
        SessionId = caller.SessionId,
        AuthenticatedAt = caller.AuthenticatedAt?.ToUnixTimeSeconds(),
        AuthenticationMethods = caller.AuthenticationMethods.IsEmpty ? null : caller.AuthenticationMethods,
        AuthenticationContext = caller.AuthenticationContext,
        IssuedAt = caller.IssuedAt.ToUnixTimeSeconds(),
        ExpiresAt = caller.ExpiresAt.ToUnixTimeSeconds(),
    };

    // The token was verified.
    private static string[] ReadAudiences(string token)
    {
        TokenDecoder.TrySplit(token, out _, out var part);
        using var payload = TokenDecoder.ReadObject(token.AsSpan()[part], out _)!;
        return [.. payload.RootElement.GetProperty("aud").AsStrings()!];
    }
}
