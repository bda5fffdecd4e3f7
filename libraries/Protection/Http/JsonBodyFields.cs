using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Gatehouse.Protection.Json;
using Gatehouse.Protection.Settings;

namespace Gatehouse.Protection.Http;

/// <summary>Reads the fields of a <see cref="JsonBody"/> by their types, adding errors to it.</summary>
internal static class JsonBodyFields
{
    /// <summary>A required string that must not be blank.</summary>
    /// <returns>The string; empty when it was refused.</returns>
    public static string RequiredString(this JsonBody body, string name, int maxLength)
    {
        if (!body.TryTake(name, out var value))
        {
            body.AddError(name, "This field is required.");
            return "";
        }

        return ReadString(body, name, value, maxLength) ?? "";
    }

    /// <summary>An optional string that must not be blank.</summary>
    public static string? OptionalString(this JsonBody body, string name, int maxLength) =>
        body.TryTake(name, out var value) ? ReadString(body, name, value, maxLength) : null;

    /// <summary>
    /// A required secret. Unlike other strings it may be blank and is not trimmed, and errors reveal no more than its
    /// length.
    /// </summary>
    public static string RequiredSecret(this JsonBody body, string name, int maxLength)
    {
        if (!body.TryTake(name, out var value) || value.AsString() is not { Length: > 0 } text)
        {
            body.AddError(name, "This field is required and must be a string.");
            return "";
        }

        if (text.Length > maxLength)
        {
            body.AddError(name, $"This field may have up to {maxLength} characters.");
            return "";
        }

        return text;
    }

    /// <summary>A number within bounds.</summary>
    /// <param name="body">The body.</param>
    /// <param name="name">The member.</param>
    /// <param name="minimum">The smallest allowed value.</param>
    /// <param name="maximum">The largest allowed value.</param>
    /// <param name="decimals">The most digits after the point.</param>
    public static decimal RequiredDecimal(this JsonBody body, string name, decimal minimum, decimal maximum, int decimals)
    {
        if (!body.TryTake(name, out var value))
        {
            body.AddError(name, "This field is required.");
            return minimum;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDecimal(out var number))
        {
            body.AddError(name, "This field must be a number.");
            return minimum;
        }

        if (number < minimum || number > maximum)
        {
            body.AddError(name, string.Create(CultureInfo.InvariantCulture, $"This field must be between {minimum} and {maximum}."));
        }

        // Compared with the JSON, because reading it as a decimal rounds: 1e-40 becomes 0.
        var rounded = decimal.Round(number, decimals);
        if (!JsonElement.DeepEquals(value, JsonElement.Parse(rounded.ToString(CultureInfo.InvariantCulture))))
        {
            body.AddError(name, $"This field may have up to {decimals} decimals.");
        }

        return rounded;
    }

    /// <summary>An optional Boolean.</summary>
    public static bool? OptionalBoolean(this JsonBody body, string name)
    {
        if (!body.TryTake(name, out var value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        body.AddError(name, "This field must be true or false.");
        return null;
    }

    /// <summary>An optional whole number within bounds.</summary>
    public static int? OptionalInteger(this JsonBody body, string name, int minimum, int maximum)
    {
        if (!body.TryTake(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= minimum && number <= maximum)
        {
            return number;
        }

        body.AddError(name, string.Create(CultureInfo.InvariantCulture, $"This field must be a whole number from {minimum} to {maximum}."));
        return null;
    }

    /// <summary>An optional URL.</summary>
    /// <param name="body">The body.</param>
    /// <param name="name">The member.</param>
    /// <param name="maxLength">The most characters.</param>
    /// <returns>Null when it is missing, or was refused: only https is accepted, and http on loopback.</returns>
    public static Uri? OptionalUrl(this JsonBody body, string name, int maxLength)
    {
        if (body.OptionalString(name, maxLength) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && SafeAddress.IsSafe(url))
        {
            return url;
        }

        body.AddError(name, "This field must be an absolute https URL (http only on loopback).");
        return null;
    }

    /// <summary>An optional object of strings.</summary>
    /// <returns>Null when it is missing, or was refused.</returns>
    public static IReadOnlyDictionary<string, string>? OptionalStringMap(this JsonBody body, string name, int maxCount, int maxLength)
    {
        if (!body.TryTake(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Object
            && value.GetPropertyCount() <= maxCount
            && value.EnumerateObject().All(member => IsValid(member.Name) && member.Value.AsString() is { } text && IsValid(text)))
        {
            return value.EnumerateObject().ToDictionary(static member => member.Name, static member => member.Value.GetString()!, StringComparer.Ordinal);
        }

        body.AddError(name, $"This field must be an object of up to {maxCount} strings, each with 1 to {maxLength} characters and no control characters.");
        return null;

        bool IsValid(string text) => text.Length > 0 && text.Length <= maxLength && PlainText.IsPlain(text);
    }

    /// <summary>An optional list of strings; default when it is missing.</summary>
    public static ImmutableArray<string> OptionalStrings(this JsonBody body, string name, int maxCount)
    {
        if (!body.TryTake(name, out var value))
        {
            return default;
        }

        var texts = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(StrictJson.AsString).ToArray() : [null];
        if (texts.Length <= maxCount && !texts.Contains(null))
        {
            return [.. texts.OfType<string>().Distinct(StringComparer.Ordinal)];
        }

        body.AddError(name, $"This field must be a list of up to {maxCount} strings.");
        return default;
    }

    private static string? ReadString(JsonBody body, string name, JsonElement value, int maxLength)
    {
        if (value.AsString()?.Trim() is not { } text)
        {
            body.AddError(name, "This field must be a string.");
            return null;
        }

        if (text.Length == 0 || text.Length > maxLength)
        {
            body.AddError(name, $"This field must have 1 to {maxLength} characters.");
            return null;
        }

        if (!PlainText.IsPlain(text))
        {
            body.AddError(name, "This field must not hold control characters.");
            return null;
        }

        return text;
    }
}

/// <summary>The characters that a string from a caller may hold.</summary>
internal static class PlainText
{
    /// <summary>
    /// Whether a string holds neither control characters nor the noncharacters U+FFFE and U+FFFF (Unicode 23.7);
    /// U+FFFE can't be normalized.
    /// </summary>
    public static bool IsPlain(string text) => !text.Any(static character => char.IsControl(character) || character >= '\uFFFE');
}
