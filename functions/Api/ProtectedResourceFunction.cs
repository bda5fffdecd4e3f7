using System.Net;
using Gatehouse.Access;
using Gatehouse.Protection;
using Gatehouse.Protection.DPoP;
using Gatehouse.Protection.Http;
using Gatehouse.Protection.Settings;
using Gatehouse.Tokens;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Gatehouse.Api;

/// <summary>
/// Describes the API as a protected resource (RFC 9728): also where it issues no tokens itself and there is no
/// authorization server to describe, a client finds out whose tokens are accepted.
/// </summary>
internal sealed class ProtectedResourceFunction(
    IConfiguration configuration,
    IOptions<TokensOptions> tokens,
    IOptions<DPoPOptions> bound,
    IOptions<ProtectionOptions> options)
{
    [Function("OAuthProtectedResource")]
    [AllowAnonymous]
    [DisableRateLimiting]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = ".well-known/oauth-protected-resource")] HttpRequestData request)
    {
        var response = request.CreateResponse(HttpStatusCode.OK);
        response.SetHeader("Cache-Control", "public, max-age=300");
        string[] own = TokensOptions.AreEnabled(configuration) ? [tokens.Value.Issuer] : [];
        var document = new ProtectedResourceDocument
        {
            Resource = FindUrl(request),
            AuthorizationServers = [.. own, .. options.Value.TrustedIssuers.SelectMany(static issuer => issuer.ExpandNames())],
            Scopes = Scopes.All,
        };
        await response.WriteJsonAsync(document, ProtectionJsonContext.Default.ProtectedResourceDocument);
        return response;
    }

    // RFC 9728 §3.3: it must be the URL that the client has asked. Where the configuration says which that is, it says so better.
    private string FindUrl(HttpRequestData request) =>
        SettingList.Split($"{tokens.Value.Issuer} {bound.Value.PublicUrls}").FirstOrDefault()?.TrimEnd('/')
        ?? request.Url.GetLeftPart(UriPartial.Authority);
}
