using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Tokens.Clients;

/// <summary>A client, as administrators see it.</summary>
/// <param name="Id">The <c>client_id</c>.</param>
/// <param name="Scopes">The scopes that the client may get.</param>
/// <param name="RequireDPoP">Whether the client gets tokens only with a DPoP proof.</param>
/// <param name="Secrets">The client's secrets, the oldest first.</param>
/// <param name="Jwks">The client's public keys, as a JWK set.</param>
/// <param name="JwksUri">The URL of the client's JWK set.</param>
/// <param name="Federated">The client's identity at another issuer.</param>
/// <param name="AccessTokenLifetime">How long the client's access tokens are valid, in seconds. Missing for <c>Tokens:AccessTokenLifetime</c>.</param>
/// <param name="CreatedAt">When the client was added.</param>
/// <param name="LastUsedAt">When the client last authenticated, to the hour. Missing if it never did.</param>
/// <param name="Secret">The new secret, which is shown once.</param>
/// <example>
/// {"id": "importer", "scopes": ["products:read"], "requireDPoP": false,
/// "secrets": [{"id": "a1b2c3d4e5f6", "createdAt": "2026-05-04T12:00:00+00:00"}], "createdAt": "2026-05-04T12:00:00+00:00",
/// "lastUsedAt": "2026-05-05T08:30:00+00:00"}
/// </example>
internal sealed record ClientDocument(
    string Id,
    IReadOnlyList<string> Scopes,
    bool RequireDPoP,
    IReadOnlyList<ClientSecretDocument> Secrets,
    IReadOnlyDictionary<string, JsonElement>? Jwks,
    string? JwksUri,
    FederatedIdentityDocument? Federated,
    int? AccessTokenLifetime,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastUsedAt,
    string? Secret)
{
    public static ClientDocument Of(StoredClient client, string? secret) => new(
        client.Id,
        client.Scopes,
        client.RequiresProof,
        [.. client.Secrets.Select(static secret => new ClientSecretDocument(secret.Id, secret.CreatedAt))],
        client.Jwks?.EnumerateObject().ToDictionary(static member => member.Name, static member => member.Value),
        client.JwksUri?.OriginalString,
        client.Federated is { } identity ? FederatedIdentityDocument.Of(identity) : null,
        (int?)client.AccessTokenLifetime?.TotalSeconds,
        client.CreatedAt,
        client.LastUsedAt >= client.CreatedAt ? client.LastUsedAt : null,
        secret);

    // A record prints its members; these must not get into a log.
    public override string ToString() => nameof(ClientDocument);
}

/// <summary>A secret of a client, without the secret itself.</summary>
/// <param name="Id">The name of the secret.</param>
/// <param name="CreatedAt">When the secret was made.</param>
internal sealed record ClientSecretDocument(string Id, DateTimeOffset CreatedAt);

/// <summary>The identity of a client at another issuer.</summary>
/// <param name="Issuer">The <c>iss</c> of the workload's tokens.</param>
/// <param name="JwksUri">The URL of the issuer's key set. Missing if its discovery document names it.</param>
/// <param name="Subject">The <c>sub</c> of the workload's tokens.</param>
/// <param name="Audience">The <c>aud</c> of the workload's tokens. Missing for <c>Tokens:Issuer</c>.</param>
/// <param name="Claims">Other claims that the tokens must have.</param>
/// <param name="Reusable">Whether a token is accepted until it expires, instead of once.</param>
/// <param name="MaxLifetime">The longest accepted lifetime of a token, in seconds.</param>
internal sealed record FederatedIdentityDocument(
    string Issuer,
    string? JwksUri,
    string Subject,
    string? Audience,
    IReadOnlyDictionary<string, string> Claims,
    bool Reusable,
    int MaxLifetime)
{
    public static FederatedIdentityDocument Of(StoredFederatedIdentity identity) => new(
        identity.Issuer,
        identity.JwksUri?.OriginalString,
        identity.Subject,
        identity.Audience,
        identity.Claims,
        identity.Reusable,
        (int)identity.MaxLifetime.TotalSeconds);
}

/// <summary>One page of clients.</summary>
/// <param name="Items">The clients of the page, without their secrets.</param>
/// <param name="NextCursor">The position of the next page. Missing on the last page.</param>
internal sealed record ClientPageDocument(IReadOnlyList<ClientDocument> Items, string? NextCursor);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ClientDocument))]
[JsonSerializable(typeof(ClientPageDocument))]
internal sealed partial class ClientsJsonContext : JsonSerializerContext;
