using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Http;

/// <summary>
/// Reads <c>X-Forwarded-For</c>. Azure's front end appends the caller to what the caller sent, so all but the last
/// entry is the caller's own invention.
/// </summary>
internal static class ForwardedFor
{
    // An IPv6 address with an IPv4 tail: the longest there is.
    private const int LongestAddress = 45;

    private static readonly SearchValues<char> IPv6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>The address in the last entry: <c>ip</c>, <c>ip:port</c>, <c>[ip]</c> or <c>[ip]:port</c>. Null when there is none.</summary>
    public static IPAddress? ReadLast(ReadOnlySpan<char> value)
    {
        var entry = value[(value.LastIndexOf(',') + 1)..].Trim(" \t");
        if (entry is ['[', .. var rest])
        {
            var end = rest.IndexOf(']');
            return end >= 0 && IsPortOrNothing(rest[(end + 1)..]) ? ReadIPv6(rest[..end]) : null;
        }

        var colon = entry.IndexOf(':');
        if (colon >= 0 && entry.LastIndexOf(':') != colon)
        {
            return ReadIPv6(entry);
        }

        return colon < 0 || IsPortOrNothing(entry[colon..]) ? ReadIPv4(colon < 0 ? entry : entry[..colon]) : null;
    }

    private static IPAddress? ReadIPv6(ReadOnlySpan<char> text)
    {
        // TryParse also takes brackets, ports, prefix lengths and zones, which have no place here.
        return text.Length <= LongestAddress
            && !text.ContainsAnyExcept(IPv6Characters)
            && IPAddress.TryParse(text, out var address)
            && address.AddressFamily == AddressFamily.InterNetworkV6
            ? address
            : null;
    }

    private static IPAddress? ReadIPv4(ReadOnlySpan<char> text)
    {
        if (!IPAddress.TryParse(text, out var address) || address.AddressFamily != AddressFamily.InterNetwork)
        {
            return null;
        }

        // TryParse also takes "1", "0x7f.1" and octal parts; a front end writes nothing of the kind.
        Span<char> usual = stackalloc char[LongestAddress];
        return address.TryFormat(usual, out var length) && text.SequenceEqual(usual[..length]) ? address : null;
    }

    private static bool IsPortOrNothing(ReadOnlySpan<char> text) =>
        text.IsEmpty || (text is [':', .. var digits] && !digits.ContainsAnyExceptInRange('0', '9') && ushort.TryParse(digits, out _));
}
