using System.Globalization;

namespace Gatehouse.Protection.Settings;

/// <summary>Time spans as people write them in settings and on command lines.</summary>
internal static class TimeSpanText
{
    private const int ColonsWithDays = 3;

    /// <summary>
    /// Whether .NET reads days from a string that names none: <c>24:00:00</c> is 24 days, because 24 can't be an hour, and so
    /// is <c>24</c>.
    /// </summary>
    /// <param name="text">The string.</param>
    /// <param name="advice">The way to write it; null when the string is not misleading.</param>
    public static bool IsMisleading(string text, out string? advice)
    {
        advice = null;
        if (!TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) || span.Duration() < TimeSpan.FromDays(1))
        {
            return false;
        }

        var first = text.Split(':')[0];
        if (first.Contains('.', StringComparison.Ordinal) || text.Count(static character => character == ':') == ColonsWithDays)
        {
            return false;
        }

        advice = string.Create(CultureInfo.InvariantCulture, $"would be {span.TotalDays:0.###} days. Write 1.00:00:00 for a day, 01:00:00 for an hour, {span:c} for {span.TotalDays:0.###} days.");
        return true;
    }
}
