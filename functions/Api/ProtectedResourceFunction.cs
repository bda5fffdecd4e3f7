using Gatehouse.Access;
using Gatehouse.OpenApi;
using Gatehouse.Protection;
using Gatehouse.Protection.DPoP;
using Gatehouse.Protection.Http;
using Gatehouse.Protection.Settings;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Options;

namespace Gatehouse.Api;

/// <summary>
/// Describes the API as a protected resource (RFC 9728). It tells a client whose tokens are accepted, even if the API
/// issues none and has no authorization server to describe.
/// </summary>
internal sealed class ProtectedResourceFunction(IEnumerable<ITokenIssuer> issuers, IOptions<ProtectionOptions> protection, IOptions<DPoPOptions> bound)
{
    /// <summary>Get the metadata of this API</summary>
    /// <remarks>The accepted issuers and how to send their tokens (RFC 9728). Available even if this API issues no tokens.</remarks>
    [Function("OAuthProtectedResource")]
    [AllowAnonymous]
    [DisableRateLimiting]
    [Operation("Discovery")]
    [Answer<ProtectedResourceDocument>(200, "The metadata.", "Cache-Control: FiveMinutes")]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = ".well-known/oauth-protected-resource")] HttpRequestData request)
    {
        var document = new ProtectedResourceDocument
        {
            Resource = FindUrl(request),
            AuthorizationServers = [.. issuers.SelectMany(static issuer => issuer.Names)],
            Scopes = Scopes.All,
        };
        var response = await request.JsonAsync(document, ApiJsonContext.Default.ProtectedResourceDocument);
        response.SetHeader("Cache-Control", "public, max-age=300");
        return response;
    }

    // RFC 9728 §3.3: the resource must be the URL that the client called. Behind a proxy only the configuration knows it.
    private string FindUrl(HttpRequestData request) =>
        SettingList.Split($"{protection.Value.PublicUrl} {bound.Value.PublicUrls}").FirstOrDefault()?.TrimEnd('/')
        ?? request.Url.GetLeftPart(UriPartial.Authority);
}
