using System.Text.Json.Serialization;
using Gatehouse.Keys;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Tokens;

/// <summary>Publishes the public keys (RFC 7517).</summary>
[RequiresService(typeof(AccessTokenIssuer))]
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

        var response = await request.JsonAsync(new JwksDocument([.. published]), TokenJsonContext.Default.JwksDocument);
        response.SetHeader("Cache-Control", "public, max-age=300");
        return response;
    }
}

/// <summary>A JWK set (RFC 7517 §5).</summary>
internal sealed record JwksDocument([property: JsonPropertyName("keys")] IReadOnlyList<PublicJwk> Keys);
