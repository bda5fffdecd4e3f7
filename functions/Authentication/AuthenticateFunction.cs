using System.ComponentModel.DataAnnotations;
using Gatehouse.OpenApi;
using Gatehouse.Protection;
using Gatehouse.Protection.DPoP;
using Gatehouse.Protection.Http;
using Gatehouse.Tokens;
using Gatehouse.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Authentication;

/// <summary>Signs in a user: exchanges user name and password for an access token and a refresh token.</summary>
[RequiresService(typeof(PasswordSignIn))]
internal sealed class AuthenticateFunction(PasswordRateLimit rateLimit, PasswordSignIn signIn, SignInTickets tickets, Audiences audiences, Sessions sessions, TokenBinding binding, Challenge challenge, TimeProvider time)
{
    /// <summary>The longest list of resources, in characters: room for several URLs.</summary>
    public const int MaxResourcesLength = 2048;

    /// <summary>Sign in as a user</summary>
    /// <remarks>
    /// Exchanges user name (or e-mail address) and password for an access token and a refresh token. It begins a session, which ends
    /// with <c>/logout</c>, with a change of the password, or when it expires. A user with a temporary password gets a token without
    /// scopes and roles, which only allows to change the password; the answer says so in <c>password_change_required</c>. A user with a
    /// second factor gets a 401 with a <c>ticket</c>, which <c>/authenticate/code</c> takes with a code.
    /// </remarks>
    [Function("Authenticate")]
    [AllowAnonymous]
    [Operation("Sign in", ReadsProof = true)]
    [Body<Credentials>(TakesForms = true)]
    [Answer<TokenResponse>(200, "The tokens of a new session.", "Pragma: NoCache")]
    [Failure(401, "InvalidCredentials")]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "authenticate")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadJsonOrFormAsync(request);
        var name = ReadName(body);
        var password = body.RequiredSecret("password", PasswordHashing.MaxLength);
        var resources = ReadResources(body);
        body.ThrowIfInvalid();
        var requested = audiences.Find(resources);
        rateLimit.AcquireForSignIn(name);

        // Checked before the password, so that a proof without its nonce costs no hash.
        var proof = await binding.FindAsync(request.ReadProof(), cancellationToken);

        // Taken before the user is read: a password change, or a disabling, while this request waits and hashes must
        // end this session too.
        var authenticatedAt = time.GetUtcNow();
        if (await signIn.FindUserAsync(name, password, cancellationToken) is not { } user)
        {
            return await request.CreateProblemAsync(
                new Problem(ProblemType.InvalidCredentials, "Check both and try again.").With("WWW-Authenticate", challenge.TokenRequired(request.FunctionContext)));
        }

        if (user.Factors.HasSecond)
        {
            return await request.CreateProblemAsync(
                new Problem(ProblemType.SecondFactorRequired, "Send the ticket with a code of your authenticator app, or a recovery code, to POST /authenticate/code.") { Ticket = await tickets.SealAsync(PasswordSignIn.TicketPurpose, user, PasswordSignIn.TicketLifetime, secret: null, cancellationToken) }
                    .With("WWW-Authenticate", challenge.TokenRequired(request.FunctionContext)));
        }

        return await request.CreateTokenResponseAsync(await sessions.BeginAsync(user, new AuthenticationEvent(authenticatedAt, AuthenticationEvent.Password), requested, proof, cancellationToken), proof);
    }

    // Separated like scopes.
    public static string[] ReadResources(JsonBody body) => body.OptionalString("resource", MaxResourcesLength)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>Reads the user name. Clients that sign in by e-mail may call the field <c>email</c>.</summary>
    private static string ReadName(JsonBody body)
    {
        if (body.Has("username") && body.Has("email"))
        {
            body.AddError("email", "Give username or email, not both.");
        }

        var (given, other) = body.Has("email") && !body.Has("username") ? ("email", "username") : ("username", "email");
        body.TryTake(other, out _);
        return body.RequiredString(given, UserName.MaxLength);
    }
}

/// <summary>The user's credentials: <c>username</c> or <c>email</c>, not both.</summary>
/// <param name="Username">The user name.</param>
/// <param name="Email">The user name, for clients that call it an e-mail address.</param>
/// <param name="Password">The password.</param>
/// <param name="Resource">
/// The APIs that the tokens are for, separated by spaces: audiences of <c>Tokens:FurtherAudiences</c>, and this API by its URL or
/// audience. This API alone without it.
/// </param>
/// <example name="username" summary="By user name">{"username": "viewer", "password": "correct horse battery staple"}</example>
/// <example name="email" summary="By e-mail address">{"email": "grace@example.com", "password": "correct horse battery staple"}</example>
internal sealed record Credentials(
    [property: StringLength(UserName.MaxLength, MinimumLength = 1)] string? Username,
    [property: StringLength(UserName.MaxLength, MinimumLength = 1)] string? Email,
    [property: DataType(DataType.Password), StringLength(PasswordHashing.MaxLength, MinimumLength = 1)] string Password,
    [property: StringLength(AuthenticateFunction.MaxResourcesLength, MinimumLength = 1)] string? Resource);
