using System.Net;
using Gatehouse.Access;
using Gatehouse.Keys;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>Describes the authorization server, under the names that OpenID Connect and OAuth (RFC 8414) give the place.</summary>
[EnabledBy(TokensOptions.EnabledSetting)]
internal sealed class DiscoveryFunctions(KeyRing keys, TimeProvider time, IOptions<TokensOptions> options)
{
    [Function("OpenIdConfiguration")]
    [AllowAnonymous]
    [DisableRateLimiting]
    public Task<HttpResponseData> GetOpenIdConfigurationAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = ".well-known/openid-configuration")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        DescribeAsync(request, cancellationToken);

    [Function("OAuthAuthorizationServer")]
    [AllowAnonymous]
    [DisableRateLimiting]
    public Task<HttpResponseData> GetAuthorizationServerAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = ".well-known/oauth-authorization-server")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        DescribeAsync(request, cancellationToken);

    private async Task<HttpResponseData> DescribeAsync(HttpRequestData request, CancellationToken cancellationToken)
    {
        var ring = await keys.GetAsync(cancellationToken);
        var issuer = options.Value.Issuer;
        var root = issuer.TrimEnd('/');
        var response = request.CreateResponse(HttpStatusCode.OK);
        response.SetHeader("Cache-Control", "public, max-age=300");
        var document = new DiscoveryDocument
        {
            Issuer = issuer,
            TokenEndpoint = root + "/token",
            JwksUri = root + "/.well-known/jwks.json",
            UserInfoEndpoint = root + "/me",
            RevocationEndpoint = root + "/revoke",
            IntrospectionEndpoint = root + "/introspect",
            Scopes = Scopes.All,
            SigningAlgorithms = [.. ring.FindPublished(time.GetUtcNow()).Select(static key => key.Algorithm).Distinct()],
        };
        await response.WriteJsonAsync(document, KeysJsonContext.Default.DiscoveryDocument);
        return response;
    }
}
