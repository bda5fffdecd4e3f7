using System.Collections.Frozen;
using System.Text.Json;
using Gatehouse.Protection.Http;

namespace Gatehouse.Protection;

/// <summary>An issuer whose access tokens are accepted. Only the issuer that the <c>iss</c> of a token names judges the token.</summary>
internal interface ITokenIssuer
{
    /// <summary>The accepted values of <c>iss</c>. No two issuers share one.</summary>
    IReadOnlyCollection<string> Names { get; }

    /// <summary>The values of <c>acr</c> that stand for a sign-in with more than one factor, the preferred one first.</summary>
    IReadOnlyCollection<string> MfaContexts => [StepUp.MfaContext];

    /// <summary>The longest accepted token, in characters.</summary>
    int MaxTokenLength { get; }

    /// <summary>The deepest accepted nesting of a payload, which itself counts.</summary>
    int MaxPayloadDepth { get; }

    /// <summary>Checks that the type (<c>typ</c>) and the payload are those of an access token, before the signature is checked.</summary>
    /// <returns>Null when it is.</returns>
    TokenRejection? FindFault(TokenHeader header, JsonElement payload);

    /// <summary>The key that the header of a token asks for, read from its source if it is unknown.</summary>
    /// <param name="header">The header, which names an id and an algorithm.</param>
    /// <param name="name">The token's <c>iss</c>.</param>
    /// <param name="now">The current time: keys begin and expire.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Null when the issuer has no such key. The key may be for another algorithm.</returns>
    /// <exception cref="KeysUnavailableException">No key is known, because their source is unavailable.</exception>
    ValueTask<VerificationKey?> FindKeyAsync(TokenHeader header, string name, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Whether a key that was found before is still valid. Called for each remembered token.</summary>
    /// <exception cref="KeysUnavailableException">No key is known, because their source is unavailable.</exception>
    ValueTask<bool> HoldsAsync(VerificationKey key, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Whether a token is for this API, by its <c>aud</c> (RFC 7519 §4.1.3, RFC 9068 §4).</summary>
    bool IsForThisApi(JsonElement payload);

    /// <summary>Whether a token is for this API or another one that the issuer issues tokens for here.</summary>
    bool IsForKnownApi(JsonElement payload) => IsForThisApi(payload);

    /// <summary>The caller that the claims name; null when a claim is missing or of the wrong type.</summary>
    /// <param name="payload">The payload, a JSON object.</param>
    /// <param name="notBefore"><c>nbf</c>, or the beginning of time without it.</param>
    Caller? ReadClaims(JsonElement payload, out DateTimeOffset notBefore);

    /// <summary>Whether a valid token was revoked.</summary>
    /// <exception cref="ServiceUnavailableException">The answer is unknown, and the settings then refuse every token.</exception>
    ValueTask<bool> IsRevokedAsync(Caller caller, CancellationToken cancellationToken);
}

/// <summary>The issuers whose access tokens are accepted, by the name in their tokens.</summary>
internal sealed class TokenIssuers(IEnumerable<ITokenIssuer> issuers)
{
    private readonly FrozenDictionary<string, ITokenIssuer> _byName = issuers
        .SelectMany(static issuer => issuer.Names, static (issuer, name) => KeyValuePair.Create(name, issuer))
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The longest token that one of the issuers accepts, in characters.</summary>
    public int MaxTokenLength { get; } = issuers.Select(static issuer => issuer.MaxTokenLength).Append(TokenVerifier.MaxLength).Max();

    /// <summary>The issuer with that <c>iss</c>, compared character by character (RFC 9068 §4); null for any other.</summary>
    public ITokenIssuer? Find(string name) => _byName.GetValueOrDefault(name);
}
