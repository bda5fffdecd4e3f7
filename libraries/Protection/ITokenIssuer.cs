using System.Collections.Frozen;
using System.Text.Json;
using Gatehouse.Protection.Http;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Protection;

/// <summary>An issuer whose access tokens are accepted. Only the issuer that the <c>iss</c> of a token names judges the token.</summary>
internal interface ITokenIssuer
{
    /// <summary>The accepted values of <c>iss</c>. No two issuers share one.</summary>
    IReadOnlyCollection<string> Names { get; }

    /// <summary>Checks that the type (<c>typ</c>) and the payload are those of an access token, before the signature is checked.</summary>
    /// <returns>Null when it is.</returns>
    TokenRejection? FindFault(TokenHeader header, JsonElement payload);

    /// <summary>The key with that id, read from its source if it is unknown.</summary>
    /// <param name="kid">The id that the token names.</param>
    /// <param name="name">The token's <c>iss</c>.</param>
    /// <param name="now">The current time: keys begin and expire.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Null when the issuer has no such key.</returns>
    /// <exception cref="KeysUnavailableException">No key is known, because their source is unavailable.</exception>
    ValueTask<VerificationKey?> FindKeyAsync(string kid, string name, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Whether a key that was found before is still valid. Called for each remembered token.</summary>
    /// <exception cref="KeysUnavailableException">No key is known, because their source is unavailable.</exception>
    ValueTask<bool> HoldsAsync(VerificationKey key, DateTimeOffset now, CancellationToken cancellationToken);

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

    /// <summary>The issuer with that <c>iss</c>, compared character by character (RFC 9068 §4); null for any other.</summary>
    public ITokenIssuer? Find(string name) => _byName.GetValueOrDefault(name);
}

/// <summary>A key of an issuer, with the parameters for checking its signatures.</summary>
/// <param name="issuer">The issuer that owns the key.</param>
/// <param name="kid">Its id.</param>
/// <param name="origin">The issuer's own object for the key, by which it recognizes the key.</param>
/// <param name="parameters">Key, algorithms, issuer and audience.</param>
internal sealed class VerificationKey(ITokenIssuer issuer, string kid, object origin, TokenValidationParameters parameters)
{
    public ITokenIssuer Issuer { get; } = issuer;

    public string Kid { get; } = kid;

    public object Origin { get; } = origin;

    public TokenValidationParameters Parameters { get; } = parameters;

    /// <summary>Whether the key is for this algorithm (RFC 8725 §3.1). The key decides, not the token.</summary>
    public bool Allows(string algorithm) => Parameters.ValidAlgorithms.Contains(algorithm, StringComparer.Ordinal);
}
