using System.Net;
using Gatehouse.OpenApi;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Tokens;

/// <summary>The revocation endpoint (RFC 7009), for clients, and for holders of a token of the API's own public client.</summary>
[RequiresService(typeof(TokenRevocation))]
internal sealed class RevokeFunction(ClientAuthentication clients, TokenRevocation revocation)
{
    /// <summary>Revoke a token</summary>
    /// <remarks>
    /// RFC 7009. A refresh token is revoked with its session, an access token alone; on every instance within seconds. A client revokes
    /// its own tokens; without client authentication only tokens from <c>/authenticate</c> can be revoked. An unknown or invalid token
    /// is no error.
    /// </remarks>
    [Function("Revoke")]
    [AllowAnonymous]
    [OAuthEndpoint]
    [Operation("Sign out")]
    [Body<RevocationRequest>]
    [Answer(200, "The token is not valid, or never was.")]
    [Failure(400, "RevocationError")]
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

/// <summary>RFC 7009 §2.1.</summary>
/// <example name="refresh" summary="A session">
/// {"token": "5WdWwzEtQkO0yDGNBaIM1A.kq3vJ1x0mC9m4cYp1cXfQ0dT2b0m7q1yq4Yj8m3nXlA", "token_type_hint": "refresh_token"}
/// </example>
internal sealed record RevocationRequest : NamedToken;
