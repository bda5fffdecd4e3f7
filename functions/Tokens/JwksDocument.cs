using System.Text.Json.Serialization;
using Gatehouse.Keys;

namespace Gatehouse.Tokens;

/// <summary>A JWK set (RFC 7517 §5).</summary>
internal sealed record JwksDocument([property: JsonPropertyName("keys")] IReadOnlyList<PublicJwk> Keys);
