using System.Text.Json.Serialization;

namespace Gatehouse.Keys;

/// <summary>A JWK set (RFC 7517 §5).</summary>
internal sealed record JwksDocument([property: JsonPropertyName("keys")] IReadOnlyList<PublicJwk> Keys);
