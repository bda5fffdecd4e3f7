using System.Text.Json.Serialization;

namespace Gatehouse.Tokens;

/// <summary>The answer of an OAuth token endpoint (RFC 6749 §5.1).</summary>
internal sealed record TokenResponse
{
    [JsonPropertyName("access_token")]
    public required string AccessToken { get; init; }

    /// <summary><c>DPoP</c> for a token that is bound to a key (RFC 9449 §5), <c>Bearer</c> for another.</summary>
    [JsonPropertyName("token_type")]
    public string TokenType { get; init; } = TokenTypes.Of(proofKeyThumbprint: null);

    /// <summary>Seconds until the access token ends.</summary>
    [JsonPropertyName("expires_in")]
    public required long ExpiresIn { get; init; }

    [JsonPropertyName("refresh_token")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RefreshToken { get; init; }

    [JsonPropertyName("scope")]
    public required string Scope { get; init; }

    // A record prints its members; this one must not end in a log.
    public override string ToString() => nameof(TokenResponse);
}
