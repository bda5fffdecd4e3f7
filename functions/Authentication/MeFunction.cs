using System.Text.Json.Serialization;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Authentication;

/// <summary>Describes the caller, from its own token.</summary>
internal static class MeFunction
{
    [Function("Me")]
    [Authorize]
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
            ExpiresAt = caller.ExpiresAt.ToUnixTimeSeconds(),
        };
        return await request.JsonAsync(document, AuthenticationJsonContext.Default.UserInfoDocument);
    }
}

/// <summary>The caller, in the shape of an OpenID Connect userinfo answer (OpenID Connect Core §5.3.2).</summary>
internal sealed record UserInfoDocument
{
    /// <summary>Present only for a token of another issuer, where <c>sub</c> and <c>client_id</c> are that issuer's.</summary>
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

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UserInfoDocument))]
internal sealed partial class AuthenticationJsonContext : JsonSerializerContext;
