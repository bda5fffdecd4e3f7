using System.Text.Json.Serialization;

namespace Gatehouse.Authentication;

/// <summary>Who calls, in the shape of an OpenID Connect userinfo answer (OpenID Connect Core §5.3.2).</summary>
internal sealed record UserInfoDocument
{
    /// <summary>Only for a token of another issuer, where <c>sub</c> and <c>client_id</c> are that issuer's.</summary>
    [JsonPropertyName("iss")]
    public string? Issuer { get; init; }

    [JsonPropertyName("sub")]
    public required string Subject { get; init; }

    [JsonPropertyName("client_id")]
    public required string ClientId { get; init; }

    [JsonPropertyName("scope")]
    public required string Scope { get; init; }

    [JsonPropertyName("roles")]
    public IReadOnlyList<string>? Roles { get; init; }

    [JsonPropertyName("sid")]
    public string? SessionId { get; init; }

    /// <summary>Seconds since 1970.</summary>
    [JsonPropertyName("auth_time")]
    public long? AuthenticatedAt { get; init; }

    /// <summary>Seconds since 1970.</summary>
    [JsonPropertyName("exp")]
    public required long ExpiresAt { get; init; }
}
