using System.Text.Json.Serialization;
using Gatehouse.Protection;

namespace Gatehouse.Api;

/// <summary>The answer of a health check.</summary>
/// <param name="Status"><c>healthy</c> or <c>unhealthy</c>.</param>
/// <param name="Checks">The result of each check by name: <c>healthy</c>, or the fault. Missing when nothing is checked.</param>
internal sealed record HealthDocument(string Status, IReadOnlyDictionary<string, string>? Checks);

/// <summary>The answer at <c>/</c>: the name of the service and links to its parts.</summary>
internal sealed record HomeDocument(string Name, string Version, IReadOnlyDictionary<string, string> Links);

/// <summary>The metadata that a client needs before it has a token: where to get one, and how to send it (RFC 9728 §2).</summary>
internal sealed record ProtectedResourceDocument
{
    [JsonPropertyName("resource")]
    public required string Resource { get; init; }

    /// <summary>The issuers whose tokens are accepted, this API's own issuer first.</summary>
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
