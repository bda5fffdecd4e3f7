using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Gatehouse.Protection.Json;

/// <summary>
/// Reads untrusted JSON: tokens, proofs, key sets and bodies. No method throws on any input. Input that two parsers
/// could read differently is refused (RFC 8725 §2.4).
/// </summary>
internal static class StrictJson
{
    /// <summary>The deepest nesting, unless a reader asks for more. Input for this API is not nested deeper.</summary>
    public const int DefaultDepth = 8;

    /// <summary>Reads a JSON object, which the caller disposes.</summary>
    /// <param name="utf8">The bytes.</param>
    /// <param name="fault">The fault; null when there is none.</param>
    /// <param name="maxDepth">The deepest nesting that is read; the object itself counts.</param>
    /// <returns>Null when the bytes are not an acceptable JSON object.</returns>
    public static JsonDocument? ParseObject(ReadOnlyMemory<byte> utf8, out JsonFault? fault, int maxDepth = DefaultDepth)
    {
        try
        {
            var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = maxDepth });
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
            var kind = HoldsDuplicate(utf8, maxDepth) ? JsonFaultKind.DuplicateMember : JsonFaultKind.Malformed;
            fault = new JsonFault(kind, exception.LineNumber, exception.BytePositionInLine);
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a surrogate pair: JSON allows it in a member name, .NET strings do not.
            fault = new JsonFault(JsonFaultKind.UnreadableName);
        }

        return null;
    }

    /// <summary>Whether a value is nested deeper than a limit; the value itself counts.</summary>
    public static bool IsDeeperThan(this JsonElement value, int depth) => value.ValueKind switch
    {
        JsonValueKind.Object => depth == 0 || value.EnumerateObject().Any(member => member.Value.IsDeeperThan(depth - 1)),
        JsonValueKind.Array => depth == 0 || value.EnumerateArray().Any(item => item.IsDeeperThan(depth - 1)),
        _ => false,
    };

    /// <summary>The value of a string; null for another type, and for a string that .NET can't represent.</summary>
    public static string? AsString(this JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a surrogate pair, or bytes that are not UTF-8: the parser accepts both.
            return null;
        }
    }

    /// <summary>The value of a string member; null when it is missing or of another type.</summary>
    public static string? FindString(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.AsString() : null;

    /// <summary>Reads a member that is there and is not null.</summary>
    public static bool TryGetPresent(this JsonElement element, string name, out JsonElement value) =>
        element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>Reads a string member that must not be empty.</summary>
    public static bool TryGetString(this JsonElement element, string name, [NotNullWhen(true)] out string? text)
    {
        text = element.FindString(name);
        return text is { Length: > 0 };
    }

    /// <summary>Reads an optional string member. False when it is there and is not a string.</summary>
    public static bool TryGetOptionalString(this JsonElement element, string name, out string? text)
    {
        text = null;
        return !element.TryGetProperty(name, out var value) || (text = value.AsString()) is not null;
    }

    /// <summary>Reads a number member.</summary>
    public static bool TryGetNumber(this JsonElement element, string name, out double number)
    {
        number = 0;
        return element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out number);
    }

    /// <summary>The strings of an array, or a single string. Null for any other value.</summary>
    public static string[]? AsStrings(this JsonElement value)
    {
        string?[] strings = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(AsString)] : [value.AsString()];
        return strings.Contains(null) ? null : [.. strings.OfType<string>()];
    }

    // Parses a second time, but only when the input is refused.
    private static bool HoldsDuplicate(ReadOnlyMemory<byte> utf8, int maxDepth)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { AllowDuplicateProperties = true, MaxDepth = maxDepth });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <summary>Why JSON is refused.</summary>
internal enum JsonFaultKind
{
    /// <summary>Not JSON, or nested too deep.</summary>
    Malformed,

    /// <summary>JSON, but not an object.</summary>
    NotAnObject,

    /// <summary>An object that holds a member twice.</summary>
    DuplicateMember,

    /// <summary>A member name holds half of a surrogate pair.</summary>
    UnreadableName,
}

/// <summary>Why JSON is refused, and where. It never quotes the input, which may hold a password.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Line">The line, from 0; null when the parser does not report it.</param>
/// <param name="Position">The byte in that line, from 0; null when the parser does not report it.</param>
internal sealed record JsonFault(JsonFaultKind Kind, long? Line = null, long? Position = null);
