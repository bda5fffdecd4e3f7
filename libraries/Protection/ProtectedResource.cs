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
    private readonly string? _url;
    private readonly string? _metadata;

    public ProtectedResource(FunctionCatalog functions, IOptions<ProtectionOptions> protection, IOptions<DPoPOptions> bound)
    {
        _isDescribed = functions.Endpoints.Any(static endpoint =>
            endpoint.Route.Trim('/').Equals(MetadataRoute, StringComparison.OrdinalIgnoreCase) && AccessRule.Of(endpoint).IsAnonymous);
        _url = SettingList.Split($"{protection.Value.PublicUrl} {bound.Value.PublicUrls}").FirstOrDefault()?.TrimEnd('/');
        _metadata = _isDescribed && _url is not null ? MetadataOf(_url) : null;
    }

    /// <summary>Whether a setting names the URL of the app. Without one no proof is accepted, because a proof names the URL.</summary>
    public bool HasPublicUrl => _url is not null;

    /// <summary>The identifier of the resource (RFC 9728 §3.3): the URL that callers use. Behind a proxy only the settings know it.</summary>
    /// <param name="requested">The URL that the function sees.</param>
    public string FindIdentifier(Uri requested) => _url ?? requested.GetLeftPart(UriPartial.Authority);

    /// <summary>The URL of the metadata; null when no function serves them, or their host is unknown.</summary>
    /// <param name="requested">The URL that the function sees; null when there is none.</param>
    public string? FindMetadata(Uri? requested) =>
        _metadata ?? (_isDescribed && requested is not null ? MetadataOf(requested.GetLeftPart(UriPartial.Authority)) : null);

    // In ASCII, because it stands in a header.
    private static string MetadataOf(string url)
    {
        var root = new Uri($"{url}/{MetadataRoute}");
        return new UriBuilder(root) { Host = root.IdnHost }.Uri.AbsoluteUri;
    }
}
