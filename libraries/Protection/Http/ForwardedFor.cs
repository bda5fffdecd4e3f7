using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Protection.Http;

/// <summary>
/// Reads <c>X-Forwarded-For</c>. Each proxy appends the address of its caller; Azure's front end is the last. The
/// caller controls every entry before those of the proxies.
/// </summary>
internal static class ForwardedFor
{
    // The length of an IPv6 address with an IPv4 tail, the longest form.
    private const int LongestAddress = 45;

    private static readonly SearchValues<char> IPv6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>
    /// The address of the caller, from <c>ip</c>, <c>ip:port</c>, <c>[ip]</c> or <c>[ip]:port</c>. Null when there is
    /// none.
    /// </summary>
    /// <param name="list">All entries.</param>
    /// <param name="proxies">How many proxies have appended an entry after that of the caller. With fewer entries the request bypassed the proxies, and the last entry is the caller.</param>
    public static IPAddress? ReadCaller(ReadOnlySpan<char> list, int proxies = 0)
    {
        var rest = list;
        for (; proxies > 0; proxies--)
        {
            var end = rest.LastIndexOf(',');
            if (end < 0)
            {
                return ReadLast(list);
            }

            rest = rest[..end];
        }

        return ReadLast(rest);
    }

    private static IPAddress? ReadLast(ReadOnlySpan<char> list)
    {
        var entry = list[(list.LastIndexOf(',') + 1)..].Trim(" \t");
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
        // TryParse also accepts brackets, ports, prefix lengths and zones, which have no place here.
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

        // TryParse also accepts "1", "0x7f.1" and octal parts, which no front end writes.
        Span<char> usual = stackalloc char[LongestAddress];
        return address.TryFormat(usual, out var length) && text.SequenceEqual(usual[..length]) ? address : null;
    }

    private static bool IsPortOrNothing(ReadOnlySpan<char> text) =>
        text.IsEmpty || (text is [':', .. var digits] && !digits.ContainsAnyExceptInRange('0', '9') && ushort.TryParse(digits, out _));
}
