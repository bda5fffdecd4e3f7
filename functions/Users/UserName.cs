using System.Text;
using Gatehouse.Protection.Http;

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
    /// <c>%2F</c> can't be told from a slash once the segment has been decoded. 32 hex digits are an id there.
    /// </summary>
    public bool IsAddressable => Value is not ("." or "..") && !Value.Contains("%2F", StringComparison.OrdinalIgnoreCase) && !User.IsId(Key);

    /// <summary>
    /// Whether the name holds a character that leaves no trace on a screen, so that it looks like another user's: ignorable
    /// code points, variation selectors and fillers. A new user can't get such a name. Reading accepts it, because older
    /// versions did, and an administrator must be able to remove its user.
    /// </summary>
    public bool HoldsInvisible => Value.EnumerateRunes().Any(static rune => Array.Exists(Invisible, range => rune.Value >= range.First && rune.Value <= range.Last));

    // Default_Ignorable_Code_Point of Unicode's DerivedCoreProperties, and blanks of other properties: U+2800 (Braille), U+16FE4
    // (Khitan filler), U+1D159 (null note head).
    private static readonly (int First, int Last)[] Invisible =
    [
        (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
        (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x2800, 0x2800), (0x3164, 0x3164), (0xFE00, 0xFE0F),
        (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x16FE4, 0x16FE4), (0x1BCA0, 0x1BCA3), (0x1D159, 0x1D159),
        (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
    ];

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
        var key = ToKey(text);
        if (value.Length > MaxLength || key.Length > MaxLength || !IsVisible(key))
        {
            return false;
        }

        name = new UserName(value, key);
        return true;
    }

    /// <summary>The name that equals an address of a body, adding an error if no user can have it.</summary>
    public static UserName Of(EmailAddress email, JsonBody body)
    {
        if ((!TryParse(email.Value, out var name) || !name.IsAddressable) && email != default)
        {
            body.AddError("email", $"The address becomes the user name, so it may have up to {MaxLength} characters, and must not hold %2F.");
        }

        return name;
    }

    /// <summary>The <see cref="Key"/> of a text without lone surrogates.</summary>
    public static string ToKey(string text) => text.Normalize(NormalizationForm.FormKC).ToLowerInvariant();

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
