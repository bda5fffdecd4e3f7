using System.Net;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Gatehouse.Tokens;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Authentication;

/// <summary>Tells the caller who it is, from its own token.</summary>
internal static class MeFunction
{
    [Function("Me")]
    [Authorize]
    public static async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "me")] HttpRequestData request)
    {
        var caller = request.FunctionContext.GetCaller();
        var response = request.CreateResponse(HttpStatusCode.OK);
        var document = new UserInfoDocument
        {
            Issuer = caller.TrustedIssuer,
            Subject = caller.Subject,
            ClientId = caller.ClientId,
            Scope = caller.Scopes.Text,
            Roles = caller.SessionId is null && caller.Roles.IsEmpty ? null : caller.Roles,
            SessionId = caller.SessionId,
            AuthenticatedAt = caller.AuthenticatedAt?.ToUnixTimeSeconds(),
            ExpiresAt = caller.ExpiresAt.ToUnixTimeSeconds(),
        };
        await response.WriteJsonAsync(document, TokenJsonContext.Default.UserInfoDocument);
        return response;
    }
}
