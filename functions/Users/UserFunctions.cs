using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Gatehouse.Access;
using Gatehouse.OpenApi;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Users;

/// <summary>Administers users.</summary>
[RequiresService(typeof(UserAdministration))]
internal sealed class UserFunctions(IUserStore users, UserAdministration administration, PasswordHashing hashing, BreachedPasswords breached, Roles roles, Lockout lockout, PasswordRateLimit rateLimit, Challenge challenge)
{
    private const string Route = "users/{username}";

    /// <summary>Add a user</summary>
    /// <remarks>
    /// A <c>password</c> is temporary: the user must change it within <c>Authentication:TemporaryPasswordLifetime</c>, and until then
    /// tokens carry neither scopes nor roles. A user who arrives from another system with a <c>passwordHash</c> keeps the password; the
    /// first sign-in replaces the hash. Names that are equal after Unicode normalization (NFKC) and case folding are the same name.
    /// </remarks>
    [Function("CreateUser")]
    [Authorize(Policy = Scopes.UsersWrite)]
    [Operation("Users")]
    [Body<NewUserDocument>]
    [Answer<UserDocument>(201, "The new user.", "ETag", "Location")]
    [Failure(409, "Conflict")]
    public async Task<HttpResponseData> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "users")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request);
        var isImport = body.Has("passwordHash") && !body.Has("password");
        if (!isImport)
        {
            // Before the password is judged, which costs time too.
            rateLimit.AcquireForCaller(request.FunctionContext.GetCaller().QualifiedSubject);
        }

        var nameText = body.RequiredString("username", UserName.MaxLength);
        var isName = UserName.TryParse(nameText, out var name);
        if (isName ? name.HoldsInvisible : nameText.Length > 0)
        {
            body.AddError("username", "A user name must not begin or end with white space, or hold invisible characters.");
        }
        else if (isName && !name.IsAddressable)
        {
            // An administrator could never disable a user that no URL can name.
            body.AddError("username", "A user name must not be . or .., must not hold %2F, and must not be 32 hex digits as ids are, because no URL could name the user.");
        }

        var hash = isImport ? ReadHash(body) : null;
        if (!isImport && body.Has("passwordHash"))
        {
            body.TryTake("passwordHash", out _);
            body.AddError("passwordHash", "Give password or passwordHash, not both.");
        }

        var password = isImport ? null : isName ? PasswordRules.Read(body, "password", name) : body.RequiredSecret("password", PasswordHashing.MaxLength);
        var userRoles = ReadRoles(body, roles);
        var isEnabled = body.OptionalBoolean("enabled") ?? true;
        body.ThrowIfInvalid();
        if (password is not null)
        {
            await breached.RequireUnknownAsync("password", password, cancellationToken);
        }

        var added = new NewUser(name, userRoles.IsDefault ? [] : userRoles, isEnabled);
        var user = await request.ActAsync(challenge, by => password is null
            ? administration.ImportAsync(added, hash!, by, cancellationToken)
            : administration.CreateAsync(added, password, by, cancellationToken));
        return await ShowNewAsync(request, user, lockout);
    }

    /// <summary>List users</summary>
    /// <remarks>
    /// Lists one page at a time, in the order of the names. The next page is at the same URL with <c>cursor</c> set to
    /// <c>nextCursor</c>. A page may end early while users are being removed; <c>nextCursor</c> continues it.
    /// </remarks>
    [Function("ListUsers")]
    [Authorize(Policy = Scopes.UsersRead)]
    [Operation("Users")]
    [Query<UserListParameters>]
    [Answer<UserPageDocument>(200, "A page.")]
    public async Task<HttpResponseData> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "users")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var query = UserListRequest.Read(request);
        var page = await users.ListAsync(query, cancellationToken);
        var document = new UserPageDocument(
            [.. page.Items.Select(user => UserDocument.Of(user, lockout))],
            page.Next is { } next ? UserListRequest.WriteCursor(next, query.Prefix) : null);
        return await request.JsonAsync(document, UsersJsonContext.Default.UserPageDocument);
    }

    /// <summary>Read a user</summary>
    /// <remarks>Use its <c>ETag</c> to change or remove the user.</remarks>
    /// <param name="username" example="grace@example.com">The user's name, or its id.</param>
    [Function("GetUser")]
    [Authorize(Policy = Scopes.UsersRead)]
    [Operation("Users")]
    [Answer<UserDocument>(200, "The user.", "ETag")]
    public async Task<HttpResponseData> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = Route)] HttpRequestData request,
        string username,
        CancellationToken cancellationToken) =>
        await ShowAsync(request, HttpStatusCode.OK, await users.FindByRouteAsync(username, cancellationToken));

    /// <summary>Enable, disable or unlock a user, or set its roles or password</summary>
    /// <remarks>
    /// Members that are not sent stay unchanged. Changed roles apply from the next token, and the current access tokens of the user are
    /// revoked; disabling ends the sessions, and so does a new password, which is temporary as that of a new user is. The last enabled
    /// administrator can't be disabled or demoted.
    /// </remarks>
    /// <param name="username" example="grace@example.com">The user's name, or its id.</param>
    [Function("ChangeUser")]
    [Authorize(Policy = Scopes.UsersWrite)]
    [Operation("Users")]
    [RequiresMatch]
    [Body<UserChange>]
    [Answer<UserDocument>(200, "The changed user.", "ETag")]
    [Failure(409, "Conflict")]
    public async Task<HttpResponseData> ChangeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = Route)] HttpRequestData request,
        string username,
        CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request);
        var user = await users.FindByRouteAsync(username, cancellationToken);
        var isEnabled = body.OptionalBoolean("enabled");
        var userRoles = ReadRoles(body, roles);
        var isLocked = body.OptionalBoolean("locked");
        if (isLocked is true)
        {
            body.AddError("locked", "Only false is allowed, which lifts a lockout. To keep a user out, set enabled to false.");
        }

        var password = ReadNewPassword(request, body, user);
        body.ThrowIfInvalid();
        Precondition.RequireMatch(request, user.Version!);
        if (password is not null)
        {
            await breached.RequireUnknownAsync("password", password, cancellationToken);
        }

        var changed = await request.ActAsync(challenge, by => administration.ChangeAsync(user, Change, password, by, cancellationToken));
        return await ShowAsync(request, HttpStatusCode.OK, changed);

        User Change(User current) => current with
        {
            IsEnabled = isEnabled ?? current.IsEnabled,
            Roles = userRoles.IsDefault ? current.Roles : userRoles,
            SignIns = isLocked is false ? Lockout.Lift(current.SignIns) : current.SignIns,
        };
    }

    /// <summary>Remove a user</summary>
    /// <remarks>Ends the user's sessions. The last enabled administrator can't be removed.</remarks>
    /// <param name="username" example="grace@example.com">The user's name, or its id.</param>
    [Function("DeleteUser")]
    [Authorize(Policy = Scopes.UsersWrite)]
    [Operation("Users")]
    [RequiresMatch]
    [Answer(204, "The user was removed.")]
    [Failure(409, "Conflict")]
    public async Task<HttpResponseData> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Route)] HttpRequestData request,
        string username,
        CancellationToken cancellationToken)
    {
        var user = await users.FindByRouteAsync(username, cancellationToken);
        Precondition.RequireMatch(request, user.Version!);
        await request.ActAsync(challenge, by => administration.RemoveAsync(user, by, cancellationToken));
        return request.CreateResponse(HttpStatusCode.NoContent);
    }

    /// <summary>Remove the second factors of a user</summary>
    /// <remarks>
    /// For a user who has lost them. Make sure that it is the user who asks: afterwards the password alone signs in. Ends the user's
    /// sessions.
    /// </remarks>
    /// <param name="username" example="grace@example.com">The user's name, or its id.</param>
    [Function("RemoveFactors")]
    [Authorize(Policy = Scopes.UsersWrite)]
    [Operation("Users")]
    [RequiresMatch]
    [Answer<UserDocument>(200, "The user.", "ETag")]
    public async Task<HttpResponseData> RemoveFactorsAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Route + "/factors")] HttpRequestData request,
        string username,
        CancellationToken cancellationToken)
    {
        var user = await users.FindByRouteAsync(username, cancellationToken);
        Precondition.RequireMatch(request, user.Version!);
        return await ShowAsync(request, HttpStatusCode.OK, await request.ActAsync(challenge, by => administration.RemoveFactorsAsync(user, by, cancellationToken)));
    }

    private ImportedHash? ReadHash(JsonBody body)
    {
        var hash = ImportedHash.Find(body.RequiredSecret("passwordHash", ImportedHash.MaxLength));
        if (hash is null)
        {
            body.AddError("passwordHash", $"This is not a hash that can be imported. Use {ImportedHash.Forms}.");
        }
        else if (hash.Work > hashing.SignInIterations)
        {
            body.AddError(
                "passwordHash",
                string.Create(CultureInfo.InvariantCulture, $"A comparison with this hash takes as long as {hash.Work} iterations, and a sign-in takes {hashing.SignInIterations}. Set Authentication:SignInIterations to {hash.Work} or more while such users arrive, so that the time of a sign-in does not tell who they are."));
        }

        return hash;
    }

    private string? ReadNewPassword(HttpRequestData request, JsonBody body, User user)
    {
        if (!body.Has("password"))
        {
            return null;
        }

        // Before the password is judged, which costs time too.
        rateLimit.AcquireForCaller(request.FunctionContext.GetCaller().QualifiedSubject);
        return PasswordRules.Read(body, "password", user.Name);
    }

    /// <summary>Answers a new user.</summary>
    public static async Task<HttpResponseData> ShowNewAsync(HttpRequestData request, User user, Lockout lockout)
    {
        var response = await ShowAsync(request, HttpStatusCode.Created, user, lockout);
        response.SetHeader("Location", $"/users/{Uri.EscapeDataString(user.Name.Value)}");
        return response;
    }

    /// <summary>Reads the member <c>roles</c> of a body, adding an error for a role that does not exist. Default when it is missing.</summary>
    public static ImmutableArray<string> ReadRoles(JsonBody body, Roles roles)
    {
        var userRoles = body.OptionalStrings("roles", NewUserDocument.MaxRoles);
        if (!userRoles.IsDefault && userRoles.FirstOrDefault(role => !roles.Exists(role)) is { } unknown)
        {
            body.AddError("roles", $"There is no role '{unknown}'. Use roles of Authorization:Roles.");
        }

        return userRoles;
    }

    private Task<HttpResponseData> ShowAsync(HttpRequestData request, HttpStatusCode status, User user) => ShowAsync(request, status, user, lockout);

    private static async Task<HttpResponseData> ShowAsync(HttpRequestData request, HttpStatusCode status, User user, Lockout lockout)
    {
        var response = await request.JsonAsync(UserDocument.Of(user, lockout), UsersJsonContext.Default.UserDocument, status);
        response.SetHeader("ETag", EntityTag.Of(user.Version!));
        return response;
    }
}
