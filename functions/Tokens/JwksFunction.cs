using System.Net;
using Gatehouse.Keys;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Tokens;

/// <summary>Publishes the public keys (RFC 7517).</summary>
[EnabledBy(TokensOptions.EnabledSetting)]
internal sealed class JwksFunction(KeyRing keys, TimeProvider time)
{
    [Function("Jwks")]
    [AllowAnonymous]
    [DisableRateLimiting]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = ".well-known/jwks.json")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var ring = await keys.GetAsync(cancellationToken);
        var published = ring.FindPublished(time.GetUtcNow()).Select(static key => key.PublicJwk);

        var response = request.CreateResponse(HttpStatusCode.OK);
        response.SetHeader("Cache-Control", "public, max-age=300");
        await response.WriteJsonAsync(new JwksDocument([.. published]), KeysJsonContext.Default.JwksDocument);
        return response;
    }
}
