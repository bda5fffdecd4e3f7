namespace Gatehouse.Protection.Settings;

/// <summary>Which addresses secrets, keys and tokens may go to and come from.</summary>
internal static class SafeAddress
{
    /// <summary>Whether what comes from there is what its owner sent, and nobody reads along: https, or http to this machine. False for a relative URL.</summary>
    public static bool IsSafe(Uri address) =>
        address.IsAbsoluteUri && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    /// <summary>Whether a setting is a safe absolute URL without query, fragment and user.</summary>
    public static bool IsBaseUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && IsSafe(uri)
        && uri.Query.Length == 0
        && uri.Fragment.Length == 0
        && uri.UserInfo.Length == 0;
}
