using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Storage;

/// <summary>The ids of records: 32 lower-case hex digits of a version-7 UUID, so that the order of ids is the order of creation.</summary>
internal static class RecordId
{
    /// <summary>The pattern of an id, for descriptions.</summary>
    public const string Pattern = "^[0-9a-f]{32}$";

    private const int Length = 32;

    /// <summary>A new id.</summary>
    public static string Create(DateTimeOffset now) => Guid.CreateVersion7(now).ToString("N");

    /// <summary>Reads an id in either case.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out string? id)
    {
        // The length is checked too, because the parser accepts surrounding white space with control characters, which no key may hold.
        id = text?.Length == Length && Guid.TryParseExact(text, "N", out _) ? text.ToLowerInvariant() : null;
        return id is not null;
    }
}
