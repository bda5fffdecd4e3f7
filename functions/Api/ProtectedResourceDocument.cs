using System.Text.Json.Serialization;
using Gatehouse.Protection;

namespace Gatehouse.Api;

/// <summary>What a client has to know of this API before it has a token: where to get one, and how to send it (RFC 9728 §2).</summary>
internal sealed record ProtectedResourceDocument
{
    [JsonPropertyName("resource")]
    public required string Resource { get; init; }

    /// <summary>The issuers whose tokens are accepted, our own first.</summary>
    [JsonPropertyName("authorization_servers")]
    public required IReadOnlyList<string> AuthorizationServers { get; init; }

    [JsonPropertyName("scopes_supported")]
    public required IReadOnlyList<string> Scopes { get; init; }

    [JsonPropertyName("bearer_methods_supported")]
    public IReadOnlyList<string> BearerMethods { get; init; } = ["header"];

    [JsonPropertyName("dpop_signing_alg_values_supported")]
    public IReadOnlyList<string> ProofSigningAlgorithms { get; init; } = PeerKey.Algorithms;
}
