using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection.DPoP;

/// <summary>
/// Compares the <c>htu</c> of a proof with the URL of the request (RFC 9449 §4.3). Scheme and host come from the
/// configuration, never from the request. Behind a proxy the function sees other ones, and an attacker could choose
/// the <c>Host</c> header to make a proof for another server fit this one.
/// </summary>
internal sealed partial class ProofUrls(IOptions<ProtectionOptions> protection, IOptions<DPoPOptions> options)
{
    private readonly ImmutableArray<Uri> _bases = [.. SettingList.Split($"{protection.Value.PublicUrl} {options.Value.PublicUrls}").Select(static url => new Uri(url))];

    /// <param name="htu">The URL in the proof.</param>
    /// <param name="url">The URL that the function sees.</param>
    public bool Fits(string htu, Uri url)
    {
        // Uri does most of the syntax- and scheme-based normalization of RFC 3986 §6.2.2 and §6.2.3: the case of
        // scheme and host, needless percent-encoding, dot segments, the default port.
        if (!Uri.TryCreate(htu, UriKind.Absolute, out var named) || named.UserInfo.Length > 0 || SafeAddress.FindHost(named) is not { } host)
        {
            return false;
        }

        foreach (var root in _bases)
        {
            if (named.Scheme == root.Scheme
                && named.Port == root.Port
                && string.Equals(host, root.IdnHost, StringComparison.Ordinal)
                && IsPath(PathOf(named), PathOf(root), PathOf(url)))
            {
                return true;
            }
        }

        return false;
    }

    // RFC 3986 §6.2.2.1: %2f and %2F are equivalent; Uri keeps them as they are.
    private static string PathOf(Uri url) =>
        url.AbsolutePath.Contains('%', StringComparison.Ordinal) ? Encoded().Replace(url.AbsolutePath, static match => match.Value.ToUpperInvariant()) : url.AbsolutePath;

    [GeneratedRegex("%[0-9A-Fa-f]{2}")]
    private static partial Regex Encoded();

    /// <summary>
    /// Whether the named path is that of the request, with or without the path of the base URL, which a proxy may
    /// have removed.
    /// </summary>
    private static bool IsPath(string named, string root, string path)
    {
        var prefix = root.AsSpan().TrimEnd('/');
        return prefix.IsEmpty
            ? named == path
            : named.AsSpan().StartsWith(prefix, StringComparison.Ordinal)
                && (named.AsSpan(prefix.Length).SequenceEqual(path) || (named == path && named.Length > prefix.Length && named[prefix.Length] == '/'));
    }
}
