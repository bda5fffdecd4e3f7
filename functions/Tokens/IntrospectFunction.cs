using Gatehouse.Access;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Tokens;

/// <summary>The introspection endpoint (RFC 7662), for clients that have the scope <c>tokens:introspect</c>.</summary>
[RequiresService(typeof(TokenIntrospection))]
internal sealed class IntrospectFunction(ClientAuthentication clients, TokenIntrospection introspection)
{
    [Function("Introspect")]
    [AllowAnonymous]
    [OAuthEndpoint]
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
