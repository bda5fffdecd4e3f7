using System.Text.Json.Serialization;

namespace Gatehouse.Users;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BootstrapSecret))]
[JsonSerializable(typeof(UserDocument))]
internal sealed partial class AuthenticationJsonContext : JsonSerializerContext;
