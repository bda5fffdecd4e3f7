using System.Net;
using System.Text.Json.Serialization;
using Gatehouse.Protection;
using Gatehouse.Protection.DPoP;
using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker.Http;

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

    /// <summary>True when the token grants nothing until the user changes a temporary password; null otherwise.</summary>
    [JsonPropertyName("password_change_required")]
    public bool? PasswordChangeRequired { get; init; }

    // A record prints its members; these must not get into a log.
    public override string ToString() => nameof(TokenResponse);
}

internal static class TokenResponseWriter
{
    /// <summary>An answer with tokens (RFC 6749 §5.1: no cache may store it).</summary>
    /// <param name="request">The request.</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="proof">The proof of the key that the tokens are bound to; null for none.</param>
    public static async Task<HttpResponseData> CreateTokenResponseAsync(this HttpRequestData request, TokenResponse tokens, VerifiedProof? proof)
    {
        var response = request.CreateResponse(HttpStatusCode.OK);
        response.SetHeader("Cache-Control", "no-store");
        response.SetHeader("Pragma", "no-cache");
        response.SetNonce(proof?.NextNonce);
        await response.WriteJsonAsync(tokens, TokenJsonContext.Default.TokenResponse);
        return response;
    }
}

/// <summary>The values of <c>token_type</c> (RFC 6749 §7.1).</summary>
internal static class TokenTypes
{
    /// <param name="proofKeyThumbprint">The key that the token is bound to; null for a bearer token.</param>
    public static string Of(string? proofKeyThumbprint) => proofKeyThumbprint is null ? "Bearer" : "DPoP";
}

[JsonSerializable(typeof(TokenResponse))]
[JsonSerializable(typeof(IntrospectionDocument))]
[JsonSerializable(typeof(JwksDocument))]
[JsonSerializable(typeof(DiscoveryDocument))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class TokenJsonContext : JsonSerializerContext;
