using System.ComponentModel.DataAnnotations;
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

/// <summary>Changes the caller's own password. Every session of the user ends, and a new one begins.</summary>
[RequiresService(typeof(PasswordSignIn))]
internal sealed class ChangePasswordFunction(Sessions sessions, PasswordSignIn signIn, UserAdministration users, BreachedPasswords breached, PasswordRateLimit rateLimit, TimeProvider time)
{
    /// <summary>Change your own password</summary>
    /// <remarks>Every session of the user ends, and a new one begins. A wrong current password counts as a failed sign-in.</remarks>
    [Function("ChangePassword")]
    [Authorize]
    [DisableCallerLimits]
    [Operation("Sign out")]
    [Body<PasswordChange>]
    [Answer<TokenResponse>(200, "The tokens of a new session.", "Pragma: NoCache")]
    [Failure(400, "InvalidPasswordChange")]
    [Failure(403, "NotAPerson")]
    [Failure(412, "ChangedMeanwhile")]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "me/password")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var caller = request.FunctionContext.GetCaller();
        if (await sessions.FindUserAsync(caller, cancellationToken) is not { } user)
        {
            throw new ProblemException(ProblemType.AccessDenied, "Only a user who is signed in here has a password to change.");
        }

        await sessions.RequireBindingAsync(user, caller.ProofKeyThumbprint, cancellationToken);

        // Before the new password is judged, which costs time too.
        rateLimit.AcquireForCaller(caller.QualifiedSubject);
        var body = await JsonBody.ReadAsync(request);
        var current = body.RequiredSecret("currentPassword", PasswordHashing.MaxLength);
        var next = PasswordRules.Read(body, "newPassword", user.Name);
        if (next.Length > 0 && PasswordRules.AreSame(next, current))
        {
            body.AddError("newPassword", "The new password equals the current one. Choose another.");
        }

        body.ThrowIfInvalid();
        var authenticatedAt = time.GetUtcNow();
        if (await signIn.ConfirmAsync(user, current, cancellationToken) is not { } confirmed)
        {
            throw new ProblemException(new Problem(ProblemType.InvalidRequest, "The password was not changed; see errors.")
            {
                Errors = new Dictionary<string, string[]> { ["currentPassword"] = ["The password is wrong or has expired, or the user is locked out."] },
            });
        }

        await breached.RequireUnknownAsync("newPassword", next, cancellationToken);
        try
        {
            var changed = await users.ChangePasswordAsync(confirmed, next, cancellationToken);

            // The password alone was given again. After a sign-in with more, its time stays, or an old factor would pass for a new one.
            var authentication = caller is { AuthenticatedAt: { } signedInAt, AuthenticationMethods: var methods } && methods.Contains(StepUp.MfaMethod)
                ? new AuthenticationEvent(signedInAt, methods) { UserReadAt = authenticatedAt }
                : new AuthenticationEvent(authenticatedAt, AuthenticationEvent.Password);
            return await request.CreateTokenResponseAsync(await sessions.BeginAsync(changed, authentication, granted: [], caller.ProofKeyThumbprint, cancellationToken), proof: null);
        }
        catch (UserChangedException)
        {
            // This request carries no If-Match, so the usual advice to renew it does not apply.
            throw new ProblemException(ProblemType.PreconditionFailed, "Another request changed the user meanwhile. Send the request again.");
        }
    }
}

/// <summary>The current password and a new one.</summary>
/// <param name="CurrentPassword">The current password.</param>
/// <param name="NewPassword">12 characters or more; neither the user name nor one of the most common passwords.</param>
/// <example>{"currentPassword": "correct horse battery staple", "newPassword": "paper kite over the harbour"}</example>
internal sealed record PasswordChange(
    [property: DataType(DataType.Password), StringLength(PasswordHashing.MaxLength, MinimumLength = 1)] string CurrentPassword,
    [property: DataType(DataType.Password), StringLength(PasswordHashing.MaxLength, MinimumLength = PasswordRules.MinLength)] string NewPassword);
