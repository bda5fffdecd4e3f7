namespace Gatehouse.Bench;

internal static class Medians
{
    /// <summary>The one in the middle.</summary>
    public static double Median(this IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
