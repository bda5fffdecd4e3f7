namespace Gatehouse.Protection.Http;

/// <summary>Which characters a text that callers send may hold.</summary>
internal static class PlainText
{
    /// <summary>
    /// Whether a text holds neither control characters nor the noncharacters U+FFFE and U+FFFF, which are no text for
    /// anybody (Unicode 23.7) and the first of which can't be normalised.
    /// </summary>
    public static bool IsPlain(string text) => !text.Any(static character => char.IsControl(character) || character >= '\uFFFE');
}
