using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Gatehouse.Protection.Json;

namespace Gatehouse.Protection.Http;

/// <summary>Reads the fields of a <see cref="JsonBody"/> by their types, noting in it what is wrong.</summary>
internal static class JsonBodyFields
{
    /// <summary>A string that must be there and must not be blank.</summary>
    /// <returns>The string, or an empty one when it was refused.</returns>
    public static string RequiredString(this JsonBody body, string name, int maxLength)
    {
        if (!body.TryTake(name, out var value))
        {
            body.AddError(name, "This field is required.");
            return "";
        }

        return ReadString(body, name, value, maxLength) ?? "";
    }

    /// <summary>A string that may be missing; if it is there it must not be blank.</summary>
    public static string? OptionalString(this JsonBody body, string name, int maxLength) =>
        body.TryTake(name, out var value) ? ReadString(body, name, value, maxLength) : null;

    /// <summary>
    /// A secret that must be there. Unlike other strings it may be blank and is not trimmed, and no error tells more of it than its length.
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

        // Compared with what was sent: reading rounds a number that has more digits than a decimal holds, 1e-40 to nothing.
        var rounded = decimal.Round(number, decimals);
        if (!JsonElement.DeepEquals(value, JsonElement.Parse(rounded.ToString(CultureInfo.InvariantCulture))))
        {
            body.AddError(name, $"This field may have up to {decimals} decimals.");
        }

        return rounded;
    }

    /// <summary>A Boolean that may be missing.</summary>
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

    /// <summary>A list of strings that may be missing; default when it is.</summary>
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

/// <summary>Which characters a text that callers send may hold.</summary>
internal static class PlainText
{
    /// <summary>
    /// Whether a text holds neither control characters nor the noncharacters U+FFFE and U+FFFF, which are no text for
    /// anybody (Unicode 23.7) and the first of which can't be normalised.
    /// </summary>
    public static bool IsPlain(string text) => !text.Any(static character => char.IsControl(character) || character >= '\uFFFE');
}
