using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Gatehouse.Protection;

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
/// "scopes_supported": ["products:read", "products:write", "products:delete", "users:read", "users:write", "tokens:introspect"],
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

    [JsonPropertyName("scopes_supported")]
    public required IReadOnlyList<string> Scopes { get; init; }

    [JsonPropertyName("bearer_methods_supported")]
    public IReadOnlyList<string> BearerMethods { get; init; } = ["header"];

    [JsonPropertyName("dpop_signing_alg_values_supported")]
    public IReadOnlyList<string> ProofSigningAlgorithms { get; init; } = PeerKey.Algorithms;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HealthDocument))]
[JsonSerializable(typeof(HomeDocument))]
[JsonSerializable(typeof(ProtectedResourceDocument))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;
