using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Gatehouse.Protection.Http;

/// <summary>Reads the fields of a <see cref="JsonBody"/> by their types, noting in it what is wrong.</summary>
internal static class JsonBodyFields
{
    /// <summary>A text that must be there and must not be blank.</summary>
    /// <returns>The text, or an empty one when it was refused.</returns>
    public static string RequiredText(this JsonBody body, string name, int maxLength)
    {
        if (!body.TryTake(name, out var value))
        {
            body.AddError(name, "This field is required.");
            return "";
        }

        return ReadText(body, name, value, maxLength) ?? "";
    }

    /// <summary>A text that may be missing; if it is there it must not be blank.</summary>
    public static string? OptionalText(this JsonBody body, string name, int maxLength) =>
        body.TryTake(name, out var value) ? ReadText(body, name, value, maxLength) : null;

    /// <summary>
    /// A secret that must be there. Unlike a text it may be blank, is taken as it is, and no error says more of it than its length.
    /// </summary>
    public static string RequiredSecret(this JsonBody body, string name, int maxLength)
    {
        if (!body.TryTake(name, out var value) || FindString(value) is not { Length: > 0 } text)
        {
            body.AddError(name, "This field is required and must be a text.");
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

    /// <summary>A truth value that may be missing.</summary>
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

    /// <summary>A list of texts that may be missing; default when it is.</summary>
    public static ImmutableArray<string> OptionalTexts(this JsonBody body, string name, int maxCount)
    {
        if (!body.TryTake(name, out var value))
        {
            return default;
        }

        var texts = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(FindString).ToArray() : [null];
        if (texts.Length <= maxCount && !texts.Contains(null))
        {
            return [.. texts.OfType<string>().Distinct(StringComparer.Ordinal)];
        }

        body.AddError(name, $"This field must be a list of up to {maxCount} texts.");
        return default;
    }

    /// <summary>A text; null for another kind of value, and for a text that .NET can't hold.</summary>
    private static string? FindString(JsonElement value)
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

    private static string? ReadText(JsonBody body, string name, JsonElement value, int maxLength)
    {
        if (FindString(value)?.Trim() is not { } text)
        {
            body.AddError(name, "This field must be a text.");
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
