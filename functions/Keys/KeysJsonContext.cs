using System.Text.Json.Serialization;
using Gatehouse.Tokens;

namespace Gatehouse.Keys;

[JsonSourceGenerationOptions(WriteIndented = false, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(JwksDocument))]
[JsonSerializable(typeof(DiscoveryDocument))]
[JsonSerializable(typeof(SecretBundle))]
internal sealed partial class KeysJsonContext : JsonSerializerContext;
