using System.Text.Json.Serialization;
using Gatehouse.Api;

namespace Gatehouse.Protection.Http;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(OAuthErrorDocument))]
[JsonSerializable(typeof(HomeDocument))]
internal sealed partial class HttpJsonContext : JsonSerializerContext;
