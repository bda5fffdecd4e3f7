using System.Net.Http.Headers;

namespace Gatehouse.Protection.Http;

/// <summary>Compares entity tags of conditional requests (RFC 9110 §13.1).</summary>
internal static class EntityTag
{
    /// <summary>Writes an opaque version as a strong entity tag.</summary>
    public static string Of(string version) => $"\"{version}\"";

    /// <summary>Whether <c>If-Match</c> names the tag: strong comparison, so a weak tag never matches.</summary>
    public static bool IsMatch(string ifMatch, string current) =>
        ifMatch.Trim() == "*" || Read(ifMatch).Any(tag => !tag.IsWeak && tag.Tag == current);

    /// <summary>Whether <c>If-None-Match</c> names the tag: weak comparison.</summary>
    public static bool IsNoneMatch(string ifNoneMatch, string current) =>
        ifNoneMatch == current || ifNoneMatch.Trim() == "*" || Read(ifNoneMatch).Any(tag => tag.Tag == current);

    private static IEnumerable<EntityTagHeaderValue> Read(string header)
    {
        foreach (var part in header.Split(','))
        {
            if (EntityTagHeaderValue.TryParse(part.Trim(), out var tag))
            {
                yield return tag;
            }
        }
    }
}
