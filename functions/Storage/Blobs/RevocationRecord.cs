using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Revocation;

namespace Gatehouse.Storage.Blobs;

/// <summary>
/// A revocation as a line of JSON, filled up with spaces. All have one length, so that a blob without room for one
/// has room for none.
/// </summary>
internal static class RevocationRecord
{
    /// <summary>The length in bytes: the fields, and an id of 128 characters.</summary>
    public const int Length = 256;

    // Ids stay readable, and short: the bytes never get into a web page.
    private static readonly RecordJsonContext Json = new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static byte[] Write(RevocationEntry entry)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new Record(entry.Kind, entry.Id, entry.RevokedAt.UtcTicks, entry.ExpiresAt.UtcTicks), Json.Record);
        if (json.Length >= Length)
        {
            throw new ArgumentException($"The id of a revocation has {entry.Id.Length} characters, which do not fit into a record of {Length} bytes.", nameof(entry));
        }

        var record = new byte[Length];
        record.AsSpan().Fill((byte)' ');
        json.CopyTo(record, 0);
        record[^1] = (byte)'\n';
        return record;
    }

    /// <summary>Reads all complete records.</summary>
    public static RevocationEntry[] ReadAll(ReadOnlySpan<byte> records)
    {
        var entries = new RevocationEntry[records.Length / Length];
        for (var index = 0; index < entries.Length; index++)
        {
            var record = JsonSerializer.Deserialize(records.Slice(index * Length, Length), Json.Record)
                ?? throw new InvalidDataException("A record of the revocation feed is null. It was changed by hand.");
            entries[index] = new RevocationEntry(record.Kind, record.Id, OfTicks(record.RevokedAt), OfTicks(record.ExpiresAt));
        }

        return entries;
    }

    private static DateTimeOffset OfTicks(long ticks) => new(ticks, TimeSpan.Zero);
}

/// <summary>The fields of a record; instances of an older version ignore those that they don't know.</summary>
/// <param name="Kind">The kind of the id.</param>
/// <param name="Id">A <c>sid</c>, <c>jti</c> or <c>sub</c>.</param>
/// <param name="RevokedAt">In ticks, UTC.</param>
/// <param name="ExpiresAt">In ticks, UTC.</param>
internal sealed record Record(
    [property: JsonPropertyName("kind")] RevocationKind Kind,
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("at")] long RevokedAt,
    [property: JsonPropertyName("until")] long ExpiresAt);

[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(Record))]
internal sealed partial class RecordJsonContext : JsonSerializerContext;
