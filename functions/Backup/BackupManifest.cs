using System.Text.Json.Serialization;

namespace Gatehouse.Backup;

/// <summary>The last blob of a backup. A backup without it is not complete.</summary>
/// <param name="Name">The name of the backup, which sorts by time.</param>
/// <param name="BeganAt">Everything that was written before is in the backup.</param>
/// <param name="EndedAt">Nothing that was written after is in the backup.</param>
/// <param name="Entities">The number of entities of each table.</param>
internal sealed record BackupManifest(string Name, DateTimeOffset BeganAt, DateTimeOffset EndedAt, IReadOnlyDictionary<string, long> Entities);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJsonContext : JsonSerializerContext;

/// <summary>A backup can't be made or restored; the message says why.</summary>
/// <param name="message">For the operator.</param>
internal sealed class BackupException(string message) : Exception(message);
