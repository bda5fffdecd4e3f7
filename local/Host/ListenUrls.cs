namespace Gatehouse.Local;

/// <summary>The value of <c>--urls</c>: http URLs of host and port, separated by semicolons; <c>*</c> and <c>+</c> stand for every address.</summary>
internal static class ListenUrls
{
    /// <summary>Whether all of them are usable. Kestrel accepts more than it should: a port of 99999, or a path, which would change every route.</summary>
    public static bool AreUsable(string urls) => Split(urls).All(static url => Parse(url) is not null);

    /// <summary>The URL by which a caller on this machine reaches the first of them.</summary>
    public static string ForCallers(string urls)
    {
        var first = Parse(Split(urls)[0]) ?? throw new ArgumentException("Not http URLs.", nameof(urls));

        // A server can listen on every address, but a client needs a single one.
        return first.Host is "0.0.0.0" or "[::]"
            ? new UriBuilder(first) { Host = "localhost" }.Uri.GetLeftPart(UriPartial.Authority)
            : first.GetLeftPart(UriPartial.Authority);
    }

    private static string[] Split(string urls) => urls.Split(';', StringSplitOptions.TrimEntries);

    private static Uri? Parse(string url) =>
        Uri.TryCreate(url.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var uri)
        && uri.Scheme == Uri.UriSchemeHttp
        && uri.PathAndQuery == "/"
        && uri.Fragment.Length == 0
        && uri.UserInfo.Length == 0
            ? uri
            : null;
}
