using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Gatehouse.Protection.Json;

/// <summary>
/// Reads JSON that a stranger sent: tokens, proofs, key sets and bodies. Nothing in here throws for what they sent. Input
/// that two parsers could read differently is not read at all (RFC 8725 §2.4).
/// </summary>
internal static class StrictJson
{
    // Nothing that is read here is nested deeper, and a parser's stack is no place for an attacker.
    private const int MaxDepth = 8;

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };
    private static readonly JsonDocumentOptions OptionsWithDuplicates = new() { AllowDuplicateProperties = true, MaxDepth = MaxDepth };

    /// <summary>Reads a JSON object, which the caller disposes.</summary>
    /// <param name="utf8">The bytes.</param>
    /// <param name="fault">What is wrong; null when nothing is.</param>
    /// <returns>Null when the bytes are not a JSON object that is read here.</returns>
    public static JsonDocument? ParseObject(ReadOnlyMemory<byte> utf8, out JsonFault? fault)
    {
        try
        {
            var document = JsonDocument.Parse(utf8, Options);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                fault = null;
                return document;
            }

            document.Dispose();
            fault = new JsonFault(JsonFaultKind.NotAnObject);
        }
        catch (JsonException exception)
        {
            var kind = HoldsDuplicate(utf8) ? JsonFaultKind.DuplicateMember : JsonFaultKind.Malformed;
            fault = new JsonFault(kind, exception.LineNumber, exception.BytePositionInLine);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, escaped: JSON allows it in a member's name, .NET's strings do not.
            fault = new JsonFault(JsonFaultKind.UnreadableName);
        }

        return null;
    }

    /// <summary>A value that is a string; null for another kind of value, and for a string that .NET can't hold.</summary>
    public static string? AsString(this JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, escaped, or bytes that are not UTF-8: the parser lets both pass.
            return null;
        }
    }

    /// <summary>A member that is a string; null when it is missing or something else.</summary>
    public static string? FindString(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.AsString() : null;

    /// <summary>A member that is a string and not empty.</summary>
    public static bool TryGetString(this JsonElement element, string name, [NotNullWhen(true)] out string? text)
    {
        text = element.FindString(name);
        return text is { Length: > 0 };
    }

    /// <summary>A member that may be missing. False when it is there and is no string.</summary>
    public static bool TryGetOptionalString(this JsonElement element, string name, out string? text)
    {
        text = null;
        return !element.TryGetProperty(name, out var value) || (text = value.AsString()) is not null;
    }

    /// <summary>A member that is a number.</summary>
    public static bool TryGetNumber(this JsonElement element, string name, out double number)
    {
        number = 0;
        return element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out number);
    }

    /// <summary>The strings of an array, or the one string. Null when there is something else.</summary>
    public static string[]? AsStrings(this JsonElement value)
    {
        string?[] strings = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(AsString)] : [value.AsString()];
        return strings.Contains(null) ? null : [.. strings.OfType<string>()];
    }

    // Only on the way to a refusal.
    private static bool HoldsDuplicate(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, OptionsWithDuplicates);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <summary>Why JSON is not read.</summary>
internal enum JsonFaultKind
{
    /// <summary>Not JSON, or nested too deep.</summary>
    Malformed,

    /// <summary>JSON, but not an object.</summary>
    NotAnObject,

    /// <summary>An object that holds a member twice.</summary>
    DuplicateMember,

    /// <summary>The name of a member is not text: it holds half of a surrogate pair.</summary>
    UnreadableName,
}

/// <summary>Why JSON is not read, and where. Never what it holds: that may be a password.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Line">The line, from 0; null when the parser does not tell.</param>
/// <param name="Position">The byte in that line, from 0; null when the parser does not tell.</param>
internal sealed record JsonFault(JsonFaultKind Kind, long? Line = null, long? Position = null);
