using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Gatehouse.Storage.Tables;

[JsonSerializable(typeof(ImmutableArray<string>))]
internal sealed partial class TablesJsonContext : JsonSerializerContext;
