using Gatehouse.OpenApi;
using Gatehouse.Protection;
using Gatehouse.Protection.DPoP;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Api;

/// <summary>
/// Describes the API as a protected resource (RFC 9728). It tells a client whose tokens are accepted, even if the API
/// issues none and has no authorization server to describe.
/// </summary>
internal sealed class ProtectedResourceFunction(
    ProtectedResource resource,
    IEnumerable<ITokenIssuer> issuers,
    FunctionCatalog functions,
    AccessRules rules,
    DPoPRequirements requirements)
{
    /// <summary>Get the metadata of this API</summary>
    /// <remarks>The accepted issuers and how to send their tokens (RFC 9728). Available even if this API issues no tokens.</remarks>
    [Function("OAuthProtectedResource")]
    [AllowAnonymous]
    [DisableRateLimiting]
    [AllowAnyOrigin]
    [Operation("Discovery")]
    [Answer<ProtectedResourceDocument>(200, "The metadata.", "ETag", "Cache-Control: Cached", "Access-Control-Allow-Origin: AnyOrigin")]
    [Answer(304, "It has not changed.", "ETag", "Cache-Control: Cached", "Access-Control-Allow-Origin: AnyOrigin")]
    public Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = ProtectedResource.MetadataRoute)] HttpRequestData request)
    {
        var document = new ProtectedResourceDocument
        {
            Resource = resource.FindIdentifier(request.Url),
            AuthorizationServers = [.. issuers.SelectMany(static issuer => issuer.Names)],
            Scopes = [.. functions.Endpoints.SelectMany(endpoint => rules.Find(endpoint.Name).Scopes).Distinct().Order(StringComparer.Ordinal)],
            ProofSigningAlgorithms = resource.PublicUrl is not null ? PeerKey.Algorithms : null,
            RequiresBoundTokens = requirements.IsRequiredEverywhere ? true : null,
        };
        return request.PublicJsonAsync(document, ApiJsonContext.Default.ProtectedResourceDocument);
    }
}
