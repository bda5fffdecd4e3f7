using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Gatehouse.Tokens.Clients;

/// <summary>A client, as administrators see it.</summary>
/// <param name="Id">The <c>client_id</c>.</param>
/// <param name="Scopes">The scopes that the client may get.</param>
/// <param name="RequireDPoP">Whether the client gets tokens only with a DPoP proof.</param>
/// <param name="Secrets">The client's secrets, the oldest first.</param>
/// <param name="CreatedAt">When the client was added.</param>
/// <param name="Secret">The new secret, which is shown once.</param>
/// <example>
/// {"id": "importer", "scopes": ["products:read"], "requireDPoP": false,
/// "secrets": [{"id": "a1b2c3d4e5f6", "createdAt": "2026-05-04T12:00:00+00:00"}], "createdAt": "2026-05-04T12:00:00+00:00"}
/// </example>
internal sealed record ClientDocument(
    string Id,
    IReadOnlyList<string> Scopes,
    bool RequireDPoP,
    IReadOnlyList<ClientSecretDocument> Secrets,
    DateTimeOffset CreatedAt,
    string? Secret)
{
    public static ClientDocument Of(StoredClient client, string? secret) => new(
        client.Id,
        client.Scopes,
        client.RequiresProof,
        [.. client.Secrets.Select(static secret => new ClientSecretDocument(secret.Id, secret.CreatedAt))],
        client.CreatedAt,
        secret);

    // A record prints its members; these must not get into a log.
    public override string ToString() => nameof(ClientDocument);
}

/// <summary>A secret of a client, without the secret itself.</summary>
/// <param name="Id">The name of the secret.</param>
/// <param name="CreatedAt">When the secret was made.</param>
internal sealed record ClientSecretDocument(string Id, DateTimeOffset CreatedAt);

/// <summary>A new client.</summary>
/// <param name="Id">The <c>client_id</c>: letters, digits, dots, dashes and underscores. It never changes.</param>
/// <param name="Scopes">The scopes that the client may get, at least one.</param>
/// <param name="RequireDPoP">Whether the client gets tokens only with a DPoP proof (RFC 9449 §5.2).</param>
/// <example>{"id": "importer", "scopes": ["products:read"]}</example>
internal sealed record NewClient(
    [property: StringLength(StoredClient.MaxIdLength, MinimumLength = 1)] string Id,
    [property: MaxLength(NewClient.MaxScopes)] IReadOnlyList<string> Scopes,
    bool? RequireDPoP)
{
    /// <summary>The most scopes of a client.</summary>
    public const int MaxScopes = 64;
}

/// <summary>The changes.</summary>
/// <param name="Scopes">The scopes that the client may get, at least one.</param>
/// <param name="RequireDPoP">Whether the client gets tokens only with a DPoP proof.</param>
/// <param name="Secrets">The ids of the secrets that stay. Without one the client can't authenticate.</param>
/// <example name="scopes" summary="Set the scopes">{"scopes": ["products:read"]}</example>
/// <example name="secrets" summary="Keep only the new secret">{"secrets": ["0f1e2d3c4b5a"]}</example>
/// <example name="disable" summary="Keep the client out">{"secrets": []}</example>
internal sealed record ClientChange(
    [property: MaxLength(NewClient.MaxScopes)] IReadOnlyList<string>? Scopes,
    bool? RequireDPoP,
    [property: MaxLength(StoredClient.MaxSecrets)] IReadOnlyList<string>? Secrets);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ClientDocument))]
internal sealed partial class ClientsJsonContext : JsonSerializerContext;
