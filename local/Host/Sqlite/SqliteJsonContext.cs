using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Gatehouse.Local.Sqlite;

[JsonSerializable(typeof(ImmutableArray<string>))]
internal sealed partial class SqliteJsonContext : JsonSerializerContext;
