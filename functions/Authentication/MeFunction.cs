using System.Text.Json.Serialization;
using Gatehouse.OpenApi;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Authentication;

/// <summary>Describes the caller, from its own token.</summary>
internal static class MeFunction
{
    /// <summary>Describe the caller</summary>
    /// <remarks>The caller's own claims, from its access token, in the shape of OpenID Connect's userinfo.</remarks>
    [Function("Me")]
    [Authorize]
    [Operation("Sign in")]
    [Answer<UserInfoDocument>(200, "The caller.")]
    public static async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "me")] HttpRequestData request)
    {
        var caller = request.FunctionContext.GetCaller();
        var document = new UserInfoDocument
        {
            Issuer = caller.TrustedIssuer,
            Subject = caller.Subject,
            ClientId = caller.ClientId,
            Scope = caller.Scopes.Text,
            Roles = caller.SessionId is null && caller.Roles.IsEmpty ? null : caller.Roles,
            SessionId = caller.SessionId,
            AuthenticatedAt = caller.AuthenticatedAt?.ToUnixTimeSeconds(),
            AuthenticationMethods = caller.AuthenticationMethods.IsEmpty ? null : caller.AuthenticationMethods,
            AuthenticationContext = caller.AuthenticationContext,
            ExpiresAt = caller.ExpiresAt.ToUnixTimeSeconds(),
        };
        return await request.JsonAsync(document, AuthenticationJsonContext.Default.UserInfoDocument);
    }
}

/// <summary>The caller, in the shape of OpenID Connect Core §5.3.2.</summary>
/// <example>
/// {"sub": "9f0c6a0b8d2e4f7a9b1c3d5e7f901234", "client_id": "gatehouse", "scope": "products:read", "roles": ["viewer"],
/// "sid": "5WdWwzEtQkO0yDGNBaIM1A", "auth_time": 1777896000, "amr": ["pwd"], "exp": 1777896600}
/// </example>
internal sealed record UserInfoDocument
{
    /// <summary>The trusted issuer that issued the token, with its <c>sub</c> and <c>client_id</c>. Missing for a token of this server.</summary>
    [JsonPropertyName("iss")]
    public string? Issuer { get; init; }

    /// <summary>The user, or the client itself.</summary>
    [JsonPropertyName("sub")]
    public required string Subject { get; init; }

    /// <summary>The client that the token was issued to.</summary>
    [JsonPropertyName("client_id")]
    public required string ClientId { get; init; }

    /// <summary>The scopes of the token.</summary>
    [JsonPropertyName("scope")]
    public required string Scope { get; init; }

    /// <summary>The roles of a user.</summary>
    [JsonPropertyName("roles")]
    public IReadOnlyList<string>? Roles { get; init; }

    /// <summary>The session of a user.</summary>
    [JsonPropertyName("sid")]
    public string? SessionId { get; init; }

    /// <summary>When the user signed in, in seconds since 1970.</summary>
    [JsonPropertyName("auth_time")]
    public long? AuthenticatedAt { get; init; }

    /// <summary>How the user signed in, by the values of RFC 8176.</summary>
    [JsonPropertyName("amr")]
    public IReadOnlyList<string>? AuthenticationMethods { get; init; }

    /// <summary>The class of the sign-in. This server names one only if the user gave more than one factor.</summary>
    [JsonPropertyName("acr")]
    public string? AuthenticationContext { get; init; }

    /// <summary>When the token expires, in seconds since 1970.</summary>
    [JsonPropertyName("exp")]
    public required long ExpiresAt { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UserInfoDocument))]
internal sealed partial class AuthenticationJsonContext : JsonSerializerContext;
