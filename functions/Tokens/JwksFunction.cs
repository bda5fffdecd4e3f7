using System.Text.Json.Serialization;
using Gatehouse.Keys;
using Gatehouse.OpenApi;
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
    /// <summary>The public keys</summary>
    /// <remarks>A JWK set (RFC 7517) of all keys that sign, will sign, or have signed tokens that are still valid.</remarks>
    [Function("Jwks")]
    [AllowAnonymous]
    [DisableRateLimiting]
    [AllowAnyOrigin]
    [Operation("Discovery")]
    [Answer<JwksDocument>(200, "The keys.", "ETag", "Cache-Control: Cached", "Access-Control-Allow-Origin: AnyOrigin")]
    [Answer(304, "It has not changed.", "ETag", "Cache-Control: Cached", "Access-Control-Allow-Origin: AnyOrigin")]
    [Failure(503, "KeysUnavailable")]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = ".well-known/jwks.json")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var ring = await keys.GetAsync(cancellationToken);
        var published = ring.FindPublished(time.GetUtcNow()).Select(static key => key.PublicJwk);
        return await request.PublicJsonAsync(new JwksDocument([.. published]), TokenJsonContext.Default.JwksDocument);
    }
}

/// <summary>A JWK set (RFC 7517 §5).</summary>
/// <param name="Keys">The keys.</param>
/// <example>
/// {"keys": [{"kty": "EC", "use": "sig", "alg": "ES256", "kid": "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", "crv": "P-256",
/// "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}
/// </example>
internal sealed record JwksDocument([property: JsonPropertyName("keys")] IReadOnlyList<PublicJwk> Keys);
