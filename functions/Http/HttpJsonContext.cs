using System.Text.Json.Serialization;

namespace Gatehouse.Http;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(OAuthErrorDocument))]
[JsonSerializable(typeof(HomeDocument))]
internal sealed partial class HttpJsonContext : JsonSerializerContext;
