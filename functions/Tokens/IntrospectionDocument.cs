using System.Text.Json.Serialization;

namespace Gatehouse.Tokens;

/// <summary>
/// The answer of the introspection endpoint (RFC 7662 §2.2). For a token that is not active, it holds only
/// <c>active</c>.
/// </summary>
internal sealed record IntrospectionDocument
{
    public static readonly IntrospectionDocument Inactive = new() { Active = false };

    [JsonPropertyName("active")]
    public required bool Active { get; init; }

    [JsonPropertyName("scope")]
    public string? Scope { get; init; }

    [JsonPropertyName("client_id")]
    public string? ClientId { get; init; }

    /// <summary>Missing for a refresh token, which has no type in this sense.</summary>
    [JsonPropertyName("token_type")]
    public string? TokenType { get; init; }

    /// <summary>Missing for a token that is not bound to a key.</summary>
    [JsonPropertyName("cnf")]
    public ConfirmationDocument? Confirmation { get; init; }

    [JsonPropertyName("sub")]
    public string? Subject { get; init; }

    [JsonPropertyName("iss")]
    public string? Issuer { get; init; }

    [JsonPropertyName("aud")]
    public string? Audience { get; init; }

    [JsonPropertyName("jti")]
    public string? TokenId { get; init; }

    [JsonPropertyName("sid")]
    public string? SessionId { get; init; }

    /// <summary>Seconds since 1970.</summary>
    [JsonPropertyName("iat")]
    public long? IssuedAt { get; init; }

    /// <summary>Seconds since 1970.</summary>
    [JsonPropertyName("exp")]
    public long? ExpiresAt { get; init; }
}

/// <summary>The key that a token is bound to, in an introspection answer (RFC 9449 §6.2).</summary>
/// <param name="Thumbprint">Its RFC 7638 thumbprint.</param>
internal sealed record ConfirmationDocument([property: JsonPropertyName("jkt")] string Thumbprint)
{
    public static ConfirmationDocument? Of(string? thumbprint) => thumbprint is null ? null : new ConfirmationDocument(thumbprint);
}
