using System.Text.Json.Serialization;

namespace Gatehouse.Protection;

[JsonSerializable(typeof(ProtectedResourceDocument))]
internal sealed partial class ProtectionJsonContext : JsonSerializerContext;
