using System.Net;
using Gatehouse.OpenApi;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Gatehouse.RateLimits;
using Gatehouse.Tokens;
using Gatehouse.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Authentication;

/// <summary>
/// Shows users their sessions, and ends them. Ending another session needs a recent sign-in (OWASP ASVS 5.0, 7.5.2), so that the
/// thief of a token can't shut its owner out.
/// </summary>
[RequiresService(typeof(UserSessions))]
internal sealed class OwnSessionFunctions(Sessions sessions, UserSessions userSessions)
{
    private const string Route = "me/sessions";
    private const int RecentMinutes = 15;

    /// <summary>List your own sessions</summary>
    /// <remarks>The living sessions, the last used first.</remarks>
    [Function("ListSessions")]
    [Authorize]
    [Operation("Sign out")]
    [Answer<SessionListDocument>(200, "The sessions.")]
    [Failure(403, "NoSessions")]
    public async Task<HttpResponseData> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = Route)] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var caller = request.FunctionContext.GetCaller();
        var living = await userSessions.ListAsync(await FindUserAsync(caller, cancellationToken), cancellationToken);
        return await request.JsonAsync(SessionListDocument.Of(living, caller.SessionId), SessionsJsonContext.Default.SessionListDocument);
    }

    /// <summary>End one of your own sessions</summary>
    /// <remarks>Its refresh token and its access tokens are revoked. The sign-in must be at most 15 minutes old.</remarks>
    /// <param name="sessionId" example="5WdWwzEtQkO0yDGNBaIM1A">The session.</param>
    [Function("EndSession")]
    [Authorize]
    [RequireRecentSignIn(RecentMinutes)]
    [DisableCallerLimits]
    [Operation("Sign out")]
    [Answer(204, "The session has ended.")]
    [Failure(403, "NoSessions")]
    public async Task<HttpResponseData> EndAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Route + "/{sessionId}")] HttpRequestData request,
        string sessionId,
        CancellationToken cancellationToken)
    {
        var user = await FindUserAsync(request.FunctionContext.GetCaller(), cancellationToken);
        return await userSessions.TryEndAsync(user, sessionId, user.Id, cancellationToken)
            ? request.CreateResponse(HttpStatusCode.NoContent)
            : throw new ProblemException(ProblemType.NotFound, "You have no session with this id.");
    }

    /// <summary>End all your other sessions</summary>
    /// <remarks>All sessions but that of the access token end. The sign-in must be at most 15 minutes old.</remarks>
    [Function("EndOtherSessions")]
    [Authorize]
    [RequireRecentSignIn(RecentMinutes)]
    [DisableCallerLimits]
    [Operation("Sign out")]
    [Answer(204, "The other sessions have ended.")]
    [Failure(403, "NoSessions")]
    public async Task<HttpResponseData> EndOthersAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Route)] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var caller = request.FunctionContext.GetCaller();
        var user = await FindUserAsync(caller, cancellationToken);
        await userSessions.EndAllAsync(user, caller.SessionId, user.Id, cancellationToken);
        return request.CreateResponse(HttpStatusCode.NoContent);
    }

    private async Task<User> FindUserAsync(Caller caller, CancellationToken cancellationToken) =>
        await sessions.FindUserAsync(caller, cancellationToken)
        ?? throw new ProblemException(ProblemType.AccessDenied, "Only a user who is signed in here has sessions.");
}
