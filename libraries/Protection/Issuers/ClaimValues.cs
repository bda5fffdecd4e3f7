using System.Text.Json;
using Gatehouse.Protection.Json;

namespace Gatehouse.Protection.Issuers;

/// <summary>Reads claims whose place and shape differ between providers.</summary>
internal static class ClaimValues
{
    /// <summary>
    /// The values of a claim: the words of a string, or the strings of an array. Empty when it is missing or of
    /// another type.
    /// </summary>
    /// <param name="payload">The payload, a JSON object.</param>
    /// <param name="path">See <see cref="Find"/>.</param>
    public static IEnumerable<string> Read(JsonElement payload, string path) => Find(payload, path) switch
    {
        { ValueKind: JsonValueKind.String } text => text.AsString()?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [],
        { ValueKind: JsonValueKind.Array } array => array.EnumerateArray().Select(static value => value.AsString()).OfType<string>(),
        _ => [],
    };

    /// <summary>
    /// Whether a claim has this value: as its whole string, as an item of its array, or as a word of <c>scope</c> or <c>scp</c>
    /// (RFC 8693 §4.2). A word of any other string proves nothing: strangers choose a part of their <c>sub</c> at some issuers.
    /// </summary>
    public static bool Has(JsonElement payload, string path, string value) => Find(payload, path) switch
    {
        { ValueKind: JsonValueKind.String } text when path is not ("scope" or "scp") => text.AsString() == value,
        _ => Read(payload, path).Contains(value, StringComparer.Ordinal),
    };

    /// <summary>A claim; null when it is missing.</summary>
    /// <param name="element">The payload, or a claim in it.</param>
    /// <param name="path">
    /// The claim's name, or a path such as <c>realm_access.roles</c>. A name may have dots of its own, such as a URL or
    /// <c>resource_access.my.api.roles</c>; longer names are found first.
    /// </param>
    public static JsonElement? Find(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (element.TryGetProperty(path, out var value))
        {
            return value;
        }

        for (var dot = path.LastIndexOf('.'); dot > 0; dot = path.LastIndexOf('.', dot - 1))
        {
            if (element.TryGetProperty(path.AsSpan(0, dot), out var member) && Find(member, path[(dot + 1)..]) is { } found)
            {
                return found;
            }
        }

        return null;
    }
}
