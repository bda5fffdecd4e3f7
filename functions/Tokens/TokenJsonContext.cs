using System.Text.Json.Serialization;
using Gatehouse.Authentication;

namespace Gatehouse.Tokens;

[JsonSerializable(typeof(TokenResponse))]
[JsonSerializable(typeof(UserInfoDocument))]
[JsonSerializable(typeof(IntrospectionDocument))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class TokenJsonContext : JsonSerializerContext;
