namespace Gatehouse.Protection.Settings;

/// <summary>Decides which addresses are safe for secrets, keys and tokens.</summary>
internal static class SafeAddress
{
    /// <summary>
    /// Whether traffic with the address is authentic and confidential: https, or http to this machine. False for a
    /// relative URL.
    /// </summary>
    public static bool IsSafe(Uri address) =>
        address.IsAbsoluteUri
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
        && FindHost(address) is not null;

    /// <summary>The host in ASCII; null when an internationalized name is invalid (RFC 5891), which <see cref="Uri.IdnHost"/> throws for.</summary>
    public static string? FindHost(Uri address)
    {
        try
        {
            return address.IdnHost;
        }
        catch (UriFormatException)
        {
            return null;
        }
    }

    /// <summary>Whether a setting is a safe absolute URL without query, fragment and user.</summary>
    public static bool IsBaseUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && IsSafe(uri)
        && uri.Query.Length == 0
        && uri.Fragment.Length == 0
        && uri.UserInfo.Length == 0;
}
