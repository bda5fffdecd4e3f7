using System.Text.Json.Serialization;

namespace Gatehouse.Bench.Peer;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProductPage))]
internal sealed partial class PeerJsonContext : JsonSerializerContext;
