using System.Text.Json.Serialization;

namespace Gatehouse.KeyTool;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<KeyRow>))]
[JsonSerializable(typeof(KeyComparison))]
internal sealed partial class KeyToolJsonContext : JsonSerializerContext;
