using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Gatehouse.Tokens;

/// <summary>RFC 7662 §2.2.</summary>
internal sealed record IntrospectionDocument
{
    public static readonly IntrospectionDocument Inactive = new() { Active = false };

    /// <summary>Whether the token would be accepted now.</summary>
    [JsonPropertyName("active")]
    public required bool Active { get; init; }

    /// <summary>The scopes of the token.</summary>
    [JsonPropertyName("scope")]
    public string? Scope { get; init; }

    /// <summary>The client that it was issued to.</summary>
    [JsonPropertyName("client_id")]
    public string? ClientId { get; init; }

    /// <summary>Missing for a refresh token.</summary>
    [JsonPropertyName("token_type")]
    [AllowedValues("Bearer", "DPoP")]
    public string? TokenType { get; init; }

    /// <summary>Missing for a bearer token.</summary>
    [JsonPropertyName("cnf")]
    public ConfirmationDocument? Confirmation { get; init; }

    /// <summary>The user, or the client itself.</summary>
    [JsonPropertyName("sub")]
    public string? Subject { get; init; }

    /// <summary>The issuer.</summary>
    [JsonPropertyName("iss")]
    public string? Issuer { get; init; }

    /// <summary>The APIs that the token is for.</summary>
    [JsonPropertyName("aud")]
    public IReadOnlyList<string>? Audiences { get; init; }

    /// <summary>The id of the token.</summary>
    [JsonPropertyName("jti")]
    public string? TokenId { get; init; }

    /// <summary>The session.</summary>
    [JsonPropertyName("sid")]
    public string? SessionId { get; init; }

    /// <summary>When the user signed in, in seconds since 1970.</summary>
    [JsonPropertyName("auth_time")]
    public long? AuthenticatedAt { get; init; }

    /// <summary>How the user signed in, by the values of RFC 8176.</summary>
    [JsonPropertyName("amr")]
    public IReadOnlyList<string>? AuthenticationMethods { get; init; }

    /// <summary>The class of the sign-in: present if the user gave more than one factor.</summary>
    [JsonPropertyName("acr")]
    public string? AuthenticationContext { get; init; }

    /// <summary>When it was issued, in seconds since 1970.</summary>
    [JsonPropertyName("iat")]
    public long? IssuedAt { get; init; }

    /// <summary>When it expires, in seconds since 1970.</summary>
    [JsonPropertyName("exp")]
    public long? ExpiresAt { get; init; }
}

/// <summary>The key that a token is bound to (RFC 9449 §6.2).</summary>
/// <param name="Thumbprint">Its RFC 7638 thumbprint.</param>
internal sealed record ConfirmationDocument([property: JsonPropertyName("jkt")] string Thumbprint)
{
    public static ConfirmationDocument? Of(string? thumbprint) => thumbprint is null ? null : new ConfirmationDocument(thumbprint);
}
