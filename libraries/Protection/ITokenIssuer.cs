using System.Collections.Frozen;
using System.Text.Json;
using Gatehouse.Protection.Http;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Protection;

/// <summary>Somebody whose access tokens are accepted. A token is judged by the issuer that its <c>iss</c> names, and by no other.</summary>
internal interface ITokenIssuer
{
    /// <summary>Every <c>iss</c> that this issuer's tokens may have. No two issuers share one.</summary>
    IReadOnlyCollection<string> Names { get; }

    /// <summary>Whether a token of this type (<c>typ</c>) and payload is an access token of this issuer, whoever signed it.</summary>
    /// <returns>Null when it is.</returns>
    TokenRejection? FindFault(TokenHeader header, JsonElement payload);

    /// <summary>The key of that id, looked for at its source if need be.</summary>
    /// <param name="kid">The id that the token names.</param>
    /// <param name="name">The token's <c>iss</c>.</param>
    /// <param name="now">Keys come and go.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Null when the issuer has no such key.</returns>
    /// <exception cref="KeysUnavailableException">No key is known, because their source is away.</exception>
    ValueTask<VerificationKey?> FindKeyAsync(string kid, string name, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Whether a key that was found before is still one of the issuer's. Asked for each token that is remembered.</summary>
    /// <exception cref="KeysUnavailableException">No key is known, because their source is away.</exception>
    ValueTask<bool> HoldsAsync(VerificationKey key, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The caller that the claims name; null when a claim is missing or of the wrong type.</summary>
    /// <param name="payload">The payload, a JSON object.</param>
    /// <param name="notBefore"><c>nbf</c>, or the beginning of time without it.</param>
    Caller? ReadClaims(JsonElement payload, out DateTimeOffset notBefore);

    /// <summary>Whether a token that is good in itself must be refused.</summary>
    /// <exception cref="ServiceUnavailableException">It can't be said, and no token is good then.</exception>
    ValueTask<bool> IsRevokedAsync(Caller caller, CancellationToken cancellationToken);
}

/// <summary>Everybody whose access tokens are accepted, by the name that is in their tokens.</summary>
internal sealed class TokenIssuers(IEnumerable<ITokenIssuer> issuers)
{
    private readonly FrozenDictionary<string, ITokenIssuer> _byName = issuers
        .SelectMany(static issuer => issuer.Names, static (issuer, name) => KeyValuePair.Create(name, issuer))
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The issuer with that <c>iss</c>, compared character by character (RFC 9068 §4); null for anybody else.</summary>
    public ITokenIssuer? Find(string name) => _byName.GetValueOrDefault(name);
}

/// <summary>A key of an issuer, with everything that a signature made with it is checked against.</summary>
/// <param name="issuer">Whose it is.</param>
/// <param name="kid">Its id.</param>
/// <param name="origin">What the issuer made it from, by which it knows the key again.</param>
/// <param name="parameters">Key, algorithms, issuer and audience.</param>
internal sealed class VerificationKey(ITokenIssuer issuer, string kid, object origin, TokenValidationParameters parameters)
{
    public ITokenIssuer Issuer { get; } = issuer;

    public string Kid { get; } = kid;

    public object Origin { get; } = origin;

    public TokenValidationParameters Parameters { get; } = parameters;

    /// <summary>Whether the key is for this algorithm (RFC 8725 §3.1). The token has no say in it.</summary>
    public bool Allows(string algorithm) => Parameters.ValidAlgorithms.Contains(algorithm, StringComparer.Ordinal);
}
