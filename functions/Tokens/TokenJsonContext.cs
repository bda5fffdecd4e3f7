using System.Text.Json.Serialization;

namespace Gatehouse.Tokens;

[JsonSerializable(typeof(TokenResponse))]
[JsonSerializable(typeof(UserInfoDocument))]
[JsonSerializable(typeof(IntrospectionDocument))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class TokenJsonContext : JsonSerializerContext;
