using System.Text;

namespace Gatehouse.Users;

/// <summary>
/// The name that a user signs in with, such as an e-mail address. Two names that are equal after Unicode
/// normalization (NFKC) and case folding are the same name, so that no user can get the look-alike of another's name.
/// </summary>
/// <param name="Value">The name as it was entered, in Unicode form C.</param>
/// <param name="Key">The form that is compared and stored as the key.</param>
internal readonly record struct UserName(string Value, string Key)
{
    /// <summary>The longest accepted name, in UTF-16 code units.</summary>
    public const int MaxLength = 128;

    /// <summary>
    /// Whether one segment of a URL's path can hold the name: <c>.</c> and <c>..</c> are steps there, and a
    /// <c>%2F</c> can't be told from a slash once the segment has been decoded.
    /// </summary>
    public bool IsAddressable => Value is not ("." or "..") && !Value.Contains("%2F", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a name. False for an empty or over-long one, or one with characters that have no visible form.</summary>
    public static bool TryParse(string? text, out UserName name)
    {
        name = default;
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaxLength || !IsVisible(text))
        {
            return false;
        }

        // Both may be longer than the input, and this method must accept stored names again.
        var value = text.Normalize(NormalizationForm.FormC);
        var key = text.Normalize(NormalizationForm.FormKC).ToLowerInvariant();
        if (value.Length > MaxLength || key.Length > MaxLength || !IsVisible(key))
        {
            return false;
        }

        name = new UserName(value, key);
        return true;
    }

    public override string ToString() => Value;

    private static bool IsVisible(string text)
    {
        if (char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]))
        {
            return false;
        }

        // EnumerateRunes replaces a lone surrogate, for which Normalize would throw, with U+FFFD.
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || Rune.GetUnicodeCategory(rune)
                is System.Globalization.UnicodeCategory.Control
                or System.Globalization.UnicodeCategory.Format
                or System.Globalization.UnicodeCategory.LineSeparator
                or System.Globalization.UnicodeCategory.ParagraphSeparator
                or System.Globalization.UnicodeCategory.PrivateUse
                or System.Globalization.UnicodeCategory.OtherNotAssigned)
            {
                return false;
            }
        }

        return true;
    }
}
