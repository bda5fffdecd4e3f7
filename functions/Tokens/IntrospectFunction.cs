using Gatehouse.Access;
using Gatehouse.OpenApi;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Tokens;

/// <summary>The introspection endpoint (RFC 7662), for clients that have the scope <c>tokens:introspect</c>.</summary>
[RequiresService(typeof(TokenIntrospection))]
internal sealed class IntrospectFunction(ClientAuthentication clients, TokenIntrospection introspection)
{
    /// <summary>Introspect a token</summary>
    /// <remarks>RFC 7662, for clients that have the scope <c>tokens:introspect</c>: whether a token would be accepted now, and its claims.</remarks>
    /// <example status="200" name="active" summary="An access token">
    /// {"active": true, "scope": "products:read", "client_id": "gatehouse", "token_type": "Bearer",
    /// "sub": "9f0c6a0b8d2e4f7a9b1c3d5e7f901234", "iss": "https://api.example.com", "aud": ["gatehouse"],
    /// "jti": "hG0mYc3Hq1kzv0bXl4p2Sg", "sid": "5WdWwzEtQkO0yDGNBaIM1A", "iat": 1777896000, "exp": 1777896600}
    /// </example>
    /// <example status="200" name="inactive" summary="Any other string">{"active": false}</example>
    [Function("Introspect")]
    [AllowAnonymous]
    [OAuthEndpoint]
    [Operation("Sign in")]
    [Body<IntrospectionRequest>]
    [Answer<IntrospectionDocument>(200, "The claims of the token; for an inactive token only `active`.")]
    [Failure(400, "IntrospectionError")]
    [Failure(403, "UnauthorizedClient")]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "introspect")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var form = await FormBody.ReadAsync(request);
        var client = await clients.RequireAsync(request, form, cancellationToken);
        if (!client.Scopes.Contains(Scopes.TokensIntrospect))
        {
            throw new ProblemException(OAuthError.UnauthorizedClient, $"The client may not introspect tokens, because it lacks the scope {Scopes.TokensIntrospect}.");
        }

        var document = await introspection.DescribeAsync(form.Require("token"), cancellationToken);
        return await request.JsonAsync(document, TokenJsonContext.Default.IntrospectionDocument);
    }
}

/// <summary>RFC 7662 §2.1.</summary>
/// <example name="access" summary="An access token">
/// {"token": "eyJhbGciOiJSUzI1NiIsImtpZCI6Ik56YkxzWGg4dURDY2QtNk1Od1hGNFdfN25vV1hGWkFmSGt4WnNSR0M5WHMiLCJ0eXAiOiJhdCtqd3QifQ.e30.c2ln"}
/// </example>
internal sealed record IntrospectionRequest : NamedToken;
