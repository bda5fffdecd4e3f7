using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Gatehouse.Tokens.Clients;

/// <summary>A new client. Without <c>jwks</c>, <c>jwksUri</c> and <c>federated</c> it gets a secret.</summary>
/// <param name="Id">The <c>client_id</c>: letters, digits, dots, dashes and underscores. It never changes.</param>
/// <param name="Scopes">The scopes that the client may get, at least one.</param>
/// <param name="RequireDPoP">Whether the client gets tokens only with a DPoP proof (RFC 9449 §5.2).</param>
/// <param name="AccessTokenLifetime">How long the client's access tokens are valid, in seconds: 60 to <c>Tokens:MaxAccessTokenLifetime</c>.</param>
/// <param name="Jwks">The client's public keys as a JWK set (RFC 7517 §5), for a client that signs assertions (<c>private_key_jwt</c>).</param>
/// <param name="JwksUri">The URL of the client's JWK set: https (http only on loopback).</param>
/// <param name="Federated">The client's identity at another issuer, for a workload that has a token of its platform.</param>
/// <example name="secret" summary="A client with a secret">{"id": "importer", "scopes": ["products:read"]}</example>
/// <example name="key" summary="A client with a key">
/// {"id": "importer", "scopes": ["products:read"], "jwksUri": "https://importer.example.com/jwks.json", "accessTokenLifetime": 300}
/// </example>
/// <example name="federated" summary="A workflow of GitHub">
/// {"id": "importer", "scopes": ["products:read"], "federated": {"issuer": "https://token.actions.githubusercontent.com",
/// "subject": "repo:your-org/your-repo:environment:production", "claims": {"repository_id": "123456789"}}}
/// </example>
internal sealed record NewClient(
    [property: StringLength(StoredClient.MaxIdLength, MinimumLength = 1)] string Id,
    [property: MaxLength(ClientInput.MaxScopes)] IReadOnlyList<string> Scopes,
    bool? RequireDPoP,
    [property: Range(60, 86400)] int? AccessTokenLifetime,
    IReadOnlyDictionary<string, JsonElement>? Jwks,
    [property: StringLength(ClientInput.MaxNameLength, MinimumLength = 1)] string? JwksUri,
    NewFederatedIdentity? Federated);

/// <summary>The changes.</summary>
/// <param name="Scopes">The scopes that the client may get, at least one.</param>
/// <param name="RequireDPoP">Whether the client gets tokens only with a DPoP proof.</param>
/// <param name="AccessTokenLifetime">How long the client's access tokens are valid, in seconds: 60 to <c>Tokens:MaxAccessTokenLifetime</c>.</param>
/// <param name="Secrets">The ids of the secrets that stay.</param>
/// <param name="Jwks">The client's public keys. They take the place of its keys or identity; an empty list of keys removes these.</param>
/// <param name="JwksUri">The URL of the client's JWK set. It takes the place of its keys or identity.</param>
/// <param name="Federated">The client's identity at another issuer. It takes the place of its keys or identity.</param>
/// <example name="scopes" summary="Set the scopes">{"scopes": ["products:read"]}</example>
/// <example name="secrets" summary="Keep only the new secret">{"secrets": ["0f1e2d3c4b5a"]}</example>
/// <example name="key" summary="A key instead of secrets">{"jwksUri": "https://importer.example.com/jwks.json", "secrets": []}</example>
/// <example name="disable" summary="Keep the client out">{"secrets": [], "jwks": {"keys": []}}</example>
internal sealed record ClientChange(
    [property: MaxLength(ClientInput.MaxScopes)] IReadOnlyList<string>? Scopes,
    bool? RequireDPoP,
    [property: Range(60, 86400)] int? AccessTokenLifetime,
    [property: MaxLength(StoredClient.MaxSecrets)] IReadOnlyList<string>? Secrets,
    IReadOnlyDictionary<string, JsonElement>? Jwks,
    [property: StringLength(ClientInput.MaxNameLength, MinimumLength = 1)] string? JwksUri,
    NewFederatedIdentity? Federated);

/// <summary>An identity at another issuer. The workload's own token authenticates the client (RFC 7523 §2.2).</summary>
/// <param name="Issuer">The exact <c>iss</c> of the workload's tokens, and the base URL of the issuer's discovery document unless <c>jwksUri</c> is set.</param>
/// <param name="JwksUri">The URL of the issuer's key set: https (http only on loopback).</param>
/// <param name="Subject">The exact <c>sub</c> of the workload's tokens.</param>
/// <param name="Audience">The exact <c>aud</c> of the workload's tokens; <c>Tokens:Issuer</c> without it.</param>
/// <param name="Claims">Other claims that the tokens must have, by name, each with its whole string.</param>
/// <param name="Reusable">Whether a token is accepted until it expires, instead of once.</param>
/// <param name="MaxLifetime">The longest accepted lifetime of a token, in seconds.</param>
internal sealed record NewFederatedIdentity(
    [property: StringLength(ClientInput.MaxNameLength, MinimumLength = 1)] string Issuer,
    [property: StringLength(ClientInput.MaxNameLength, MinimumLength = 1)] string? JwksUri,
    [property: StringLength(ClientInput.MaxNameLength, MinimumLength = 1)] string Subject,
    [property: StringLength(ClientInput.MaxNameLength, MinimumLength = 1)] string? Audience,
    IReadOnlyDictionary<string, string>? Claims,
    bool? Reusable,
    [property: Range(60, 172800)][property: DefaultValue(7200)] int? MaxLifetime);
