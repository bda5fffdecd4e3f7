using System.Net;
using Gatehouse.Access;
using Gatehouse.OpenApi;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Gatehouse.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Tokens;

/// <summary>Administers the sessions of users.</summary>
[RequiresService(typeof(UserSessions))]
internal sealed class UserSessionFunctions(IUserStore users, UserSessions sessions, UserAdministration administration, Challenge challenge)
{
    private const string Route = "users/{username}/sessions";

    /// <summary>List the sessions of a user</summary>
    /// <remarks>The living sessions, the last used first.</remarks>
    /// <param name="username" example="grace@example.com">The user's name, or its id.</param>
    [Function("ListUserSessions")]
    [Authorize(Policy = Scopes.UsersRead)]
    [Operation("Users")]
    [Answer<SessionListDocument>(200, "The sessions.")]
    public async Task<HttpResponseData> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = Route)] HttpRequestData request,
        string username,
        CancellationToken cancellationToken)
    {
        var user = await users.FindByRouteAsync(username, cancellationToken);
        var living = await sessions.ListAsync(user, cancellationToken);
        return await request.JsonAsync(SessionListDocument.Of(living, request.FunctionContext.GetCaller().SessionId), SessionsJsonContext.Default.SessionListDocument);
    }

    /// <summary>End a session of a user</summary>
    /// <remarks>Its refresh token and its access tokens are revoked.</remarks>
    /// <param name="username" example="grace@example.com">The user's name, or its id.</param>
    /// <param name="sessionId" example="5WdWwzEtQkO0yDGNBaIM1A">The session.</param>
    [Function("EndUserSession")]
    [Authorize(Policy = Scopes.UsersWrite)]
    [Operation("Users")]
    [Answer(204, "The session has ended.")]
    public async Task<HttpResponseData> EndAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Route + "/{sessionId}")] HttpRequestData request,
        string username,
        string sessionId,
        CancellationToken cancellationToken)
    {
        var user = await users.FindByRouteAsync(username, cancellationToken);
        var isEnded = await request.ActAsync(challenge, async by =>
        {
            administration.RequireWithin(by, user.Roles);
            return await sessions.TryEndAsync(user, sessionId, by.Subject, cancellationToken);
        });
        return isEnded ? request.CreateResponse(HttpStatusCode.NoContent) : throw new ProblemException(ProblemType.NotFound, "The user has no session with this id.");
    }

    /// <summary>End all sessions of a user</summary>
    /// <remarks>Their refresh tokens and access tokens are revoked. The user can sign in again.</remarks>
    /// <param name="username" example="grace@example.com">The user's name, or its id.</param>
    [Function("EndUserSessions")]
    [Authorize(Policy = Scopes.UsersWrite)]
    [Operation("Users")]
    [Answer(204, "The sessions have ended.")]
    public async Task<HttpResponseData> EndAllAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Route)] HttpRequestData request,
        string username,
        CancellationToken cancellationToken)
    {
        var user = await users.FindByRouteAsync(username, cancellationToken);
        await request.ActAsync(challenge, async by =>
        {
            administration.RequireWithin(by, user.Roles);
            await sessions.EndAllAsync(user, kept: null, by.Subject, cancellationToken);
            return user;
        });
        return request.CreateResponse(HttpStatusCode.NoContent);
    }
}
