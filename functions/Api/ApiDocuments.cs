using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Gatehouse.Api;

/// <summary>The answer of a health check.</summary>
/// <param name="Status">The overall result.</param>
/// <param name="Checks">The result of each check by name: <c>healthy</c>, or the fault.</param>
/// <example>{"status": "healthy"}</example>
internal sealed record HealthDocument([property: AllowedValues("healthy", "unhealthy")] string Status, IReadOnlyDictionary<string, string>? Checks);

/// <summary>The name of the service and links to its parts.</summary>
/// <param name="Name">Gatehouse.</param>
/// <param name="Version">The version of Gatehouse.</param>
/// <param name="Links">The paths of its parts.</param>
/// <example>
/// {"name": "Gatehouse", "version": "0.1.0", "links": {"authenticate": "/authenticate", "token": "/token",
/// "products": "/api/products", "discovery": "/.well-known/openid-configuration", "openapi": "/openapi.json",
/// "health": "/health"}}
/// </example>
internal sealed record HomeDocument(string Name, string Version, IReadOnlyDictionary<string, string> Links);

/// <summary>Metadata of a protected resource (RFC 9728 §2).</summary>
/// <example>
/// {"resource": "https://api.example.com", "authorization_servers": ["https://api.example.com"],
/// "scopes_supported": ["clients:read", "clients:write", "products:delete", "products:read", "products:write", "users:read",
/// "users:write"],
/// "bearer_methods_supported": ["header"], "dpop_signing_alg_values_supported": ["ES256", "PS256", "RS256"]}
/// </example>
internal sealed record ProtectedResourceDocument
{
    /// <summary>The URL of this API.</summary>
    [JsonPropertyName("resource")]
    [DataType(DataType.Url)]
    public required string Resource { get; init; }

    /// <summary>The issuers whose tokens are accepted.</summary>
    [JsonPropertyName("authorization_servers")]
    public required IReadOnlyList<string> AuthorizationServers { get; init; }

    /// <summary>The scopes that the functions require.</summary>
    [JsonPropertyName("scopes_supported")]
    public required IReadOnlyList<string> Scopes { get; init; }

    [JsonPropertyName("bearer_methods_supported")]
    public IReadOnlyList<string> BearerMethods { get; init; } = ["header"];

    /// <summary>The algorithms of DPoP proofs (RFC 9449). Missing where no setting names the URL of the API, because proofs can't be checked then.</summary>
    [JsonPropertyName("dpop_signing_alg_values_supported")]
    public required IReadOnlyList<string>? ProofSigningAlgorithms { get; init; }

    /// <summary>Present and true where only bound tokens are accepted.</summary>
    [JsonPropertyName("dpop_bound_access_tokens_required")]
    public required bool? RequiresBoundTokens { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HealthDocument))]
[JsonSerializable(typeof(HomeDocument))]
[JsonSerializable(typeof(ProtectedResourceDocument))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;
