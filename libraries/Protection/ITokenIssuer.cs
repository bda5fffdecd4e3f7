using System.Text.Json;

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
    /// <exception cref="Gatehouse.Storage.StorageUnavailableException">It can't be said, and no token is good then.</exception>
    ValueTask<bool> IsRevokedAsync(Caller caller, CancellationToken cancellationToken);
}
