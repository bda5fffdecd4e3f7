using System.Text.Json.Serialization;

namespace Gatehouse.Api;

[JsonSerializable(typeof(ProtectedResourceDocument))]
internal sealed partial class ProtectionJsonContext : JsonSerializerContext;
