using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text.Json.Serialization;
using Gatehouse.Protection;
using Gatehouse.Protection.DPoP;
using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Tokens;

/// <summary>RFC 6749 §5.1.</summary>
/// <example>
/// {"access_token": "eyJhbGciOiJSUzI1NiIsImtpZCI6Ik56YkxzWGg4dURDY2QtNk1Od1hGNFdfN25vV1hGWkFmSGt4WnNSR0M5WHMiLCJ0eXAiOiJhdCtqd3QifQ.e30.c2ln",
/// "token_type": "Bearer", "expires_in": 600,
/// "refresh_token": "5WdWwzEtQkO0yDGNBaIM1A.kq3vJ1x0mC9m4cYp1cXfQ0dT2b0m7q1yq4Yj8m3nXlA", "scope": "products:read"}
/// </example>
internal sealed record TokenResponse
{
    /// <summary>
    /// A JSON Web Token according to RFC 9068, sent as <c>token_type</c> says: <c>Authorization: Bearer …</c> or <c>Authorization: DPoP
    /// …</c>.
    /// </summary>
    [JsonPropertyName("access_token")]
    public required string AccessToken { get; init; }

    /// <summary>How the access token is sent: bound to a key (RFC 9449), or not.</summary>
    [JsonPropertyName("token_type")]
    [AllowedValues("Bearer", "DPoP")]
    public string TokenType { get; init; } = TokenTypes.Of(proofKeyThumbprint: null);

    /// <summary>Seconds until the access token expires.</summary>
    [JsonPropertyName("expires_in")]
    public required long ExpiresIn { get; init; }

    /// <summary>The refresh token for the next pair of tokens; single use. Clients get none.</summary>
    [JsonPropertyName("refresh_token")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RefreshToken { get; init; }

    /// <summary>The scopes of the access token, separated by spaces.</summary>
    [JsonPropertyName("scope")]
    public required string Scope { get; init; }

    /// <summary>
    /// Present when the user has a temporary password. The access token grants nothing but to change it, with <c>POST /me/password</c>.
    /// </summary>
    [JsonPropertyName("password_change_required")]
    [AllowedValues(true)]
    public bool? PasswordChangeRequired { get; init; }

    /// <summary>
    /// Present when a role of the user needs a second factor and the user has none. The access token grants nothing but to add one, with
    /// <c>POST /me/totp</c>.
    /// </summary>
    [JsonPropertyName("second_factor_required")]
    [AllowedValues(true)]
    public bool? SecondFactorRequired { get; init; }

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
