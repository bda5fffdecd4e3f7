using System.Net;
using Gatehouse.OpenApi;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Gatehouse.RateLimits;
using Gatehouse.Revocation;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Tokens;

/// <summary>
/// Ends the caller's session with its refresh tokens and access tokens. A client's token has no session, so only that
/// token is revoked.
/// </summary>
[RequiresService(typeof(RefreshTokens))]
internal sealed class LogoutFunction(RefreshTokens refreshTokens, RevocationFeed revocations)
{
    /// <summary>End the session</summary>
    /// <remarks>
    /// Ends the session of the access token: its refresh token and all its access tokens. A client's token has no session, so only that
    /// token is revoked.
    /// </remarks>
    [Function("Logout")]
    [Authorize]
    [DisableCallerLimits]
    [Operation("Sign out")]
    [Answer(204, "The session has ended.")]
    [Failure(403, "ForeignSession")]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "logout")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var caller = request.FunctionContext.GetCaller();
        if (caller.TrustedIssuer is { } issuer)
        {
            throw new ProblemException(ProblemType.AccessDenied, $"The token comes from {issuer}. End its session there.");
        }

        if (caller.SessionId is { } session)
        {
            await refreshTokens.EndAsync(session, "logout");
        }
        else
        {
            await revocations.RevokeTokenAsync(caller.TokenId, "logout", cancellationToken);
        }

        return request.CreateResponse(HttpStatusCode.NoContent);
    }
}
