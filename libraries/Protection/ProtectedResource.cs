using Gatehouse.Protection.DPoP;
using Gatehouse.Protection.Http;
using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection;

/// <summary>The app as a protected resource (RFC 9728): its identifier, and the URL of its metadata if one of its functions serves them.</summary>
internal sealed class ProtectedResource
{
    /// <summary>The route of the metadata (RFC 9728 §3.1).</summary>
    public const string MetadataRoute = ".well-known/oauth-protected-resource";

    private readonly bool _isDescribed;

    public ProtectedResource(FunctionCatalog functions, IOptions<ProtectionOptions> protection, IOptions<DPoPOptions> bound)
    {
        _isDescribed = functions.Endpoints.Any(static endpoint =>
            endpoint.Route.Trim('/').Equals(MetadataRoute, StringComparison.OrdinalIgnoreCase) && AccessRule.Of(endpoint).IsAnonymous);
        PublicUrl = SettingList.Split($"{protection.Value.PublicUrl} {bound.Value.PublicUrls}").Select(WriteInAscii).FirstOrDefault();
    }

    /// <summary>
    /// The URL under which callers reach the app, without a final slash; null when no setting names one. Then no proof is
    /// accepted, because a proof names the URL.
    /// </summary>
    public string? PublicUrl { get; }

    /// <summary>The identifier of the resource (RFC 9728 §3.3): the URL that callers use. Behind a proxy only the settings know it.</summary>
    /// <param name="requested">The URL that the function sees.</param>
    public string FindIdentifier(Uri requested) => PublicUrl ?? WriteInAscii(requested.GetLeftPart(UriPartial.Authority));

    /// <summary>The URL of the metadata; null when no function serves them, or their host is unknown.</summary>
    /// <param name="requested">The URL that the function sees. Null outside of a request.</param>
    public string? FindMetadata(Uri? requested) =>
        !_isDescribed || (PublicUrl is null && requested is null) ? null : $"{PublicUrl ?? FindIdentifier(requested!)}/{MetadataRoute}";

    // RFC 3986 §3.2.2: a URI, and a header, has an internationalized name in its ASCII form.
    private static string WriteInAscii(string url)
    {
        var uri = new Uri(url);
        return new UriBuilder(uri) { Host = uri.IdnHost }.Uri.AbsoluteUri.TrimEnd('/');
    }
}
