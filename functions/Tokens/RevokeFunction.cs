using System.Net;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Tokens;

/// <summary>The revocation endpoint (RFC 7009), for clients, and for holders of a token of the API's own public client.</summary>
[RequiresService(typeof(TokenRevocation))]
internal sealed class RevokeFunction(ClientAuthentication clients, TokenRevocation revocation)
{
    [Function("Revoke")]
    [AllowAnonymous]
    [OAuthEndpoint]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "revoke")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var form = await FormBody.ReadAsync(request);
        var client = await clients.FindAsync(request, form, cancellationToken);

        // Without authentication only the public client's tokens can be revoked, because a client_id in the form
        // proves nothing. token_type_hint is not needed, because the two kinds look different.
        await revocation.RevokeAsync(form.Require("token"), client?.Id ?? Sessions.FirstPartyClientId, cancellationToken);
        return request.CreateResponse(HttpStatusCode.OK);
    }
}
