using System.ComponentModel.DataAnnotations;
using System.Net;
using Gatehouse.OpenApi;
using Gatehouse.Protection.Http;
using Gatehouse.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Authentication;

/// <summary>Sets a new password in place of a forgotten one, and the first password of a user who was invited.</summary>
[RequiresService(typeof(AccountMail))]
internal sealed class PasswordResetFunctions(AccountMail mail, SignInTickets tickets, UserAdministration users, BreachedPasswords breached, PasswordRateLimit rateLimit)
{
    /// <summary>Ask for a code that sets a new password</summary>
    /// <remarks>
    /// If a user has verified the address, it gets a mail with a code, which is valid for 20 minutes and for one use. Neither the answer nor
    /// its time tells whether there is such a user.
    /// </remarks>
    [Function("RequestPasswordReset")]
    [AllowAnonymous]
    [Operation("Sign in")]
    [Body<MailRequest>]
    [Answer(202, "A mail is on its way, if a user has verified the address.")]
    public async Task<HttpResponseData> RequestAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "password-reset")] HttpRequestData request)
    {
        var body = await JsonBody.ReadAsync(request);
        var email = EmailAddress.Read(body);
        body.ThrowIfInvalid();
        rateLimit.AcquireForMail(email);
        mail.RequestPasswordReset(email);
        return request.CreateResponse(HttpStatusCode.Accepted);
    }

    /// <summary>Set a new password with a mailed code</summary>
    /// <remarks>
    /// Takes the code of a password reset or of an invitation. Every session of the user ends. Second factors stay: sign in with the new
    /// password and the factor.
    /// </remarks>
    [Function("ResetPassword")]
    [AllowAnonymous]
    [Operation("Sign in")]
    [Body<MailedPassword>]
    [Answer(204, "The password is set.")]
    [Failure(401, "InvalidMailedCode")]
    [Failure(409, "Conflict")]
    public async Task<HttpResponseData> CompleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "password-reset/complete")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request);
        var code = body.RequiredSecret("code", SignInTickets.MaxLength);
        var password = PasswordRules.Read(body, "password");
        body.ThrowIfInvalid();
        rateLimit.AcquireForSite();
        var (user, _) = await tickets.OpenAsync(AccountMail.SetPassword, code, cancellationToken);
        PasswordRules.Require(body, "password", password, user.Name);
        await breached.RequireUnknownAsync("password", password, cancellationToken);
        await SignInTickets.UseAsync(() => users.ChangePasswordAsync(user, password, cancellationToken, isMailed: true));
        mail.Notify("password-changed", user);
        return request.CreateResponse(HttpStatusCode.NoContent);
    }
}

/// <summary>Where a mail goes.</summary>
/// <param name="Email">The e-mail address.</param>
/// <example>{"email": "grace@example.com"}</example>
internal sealed record MailRequest([property: DataType(DataType.EmailAddress), StringLength(EmailAddress.MaxLength, MinimumLength = 3)] string Email);

/// <summary>A mailed code, and a password.</summary>
/// <param name="Code">The code of the mail.</param>
/// <param name="Password">12 characters or more; neither the user name nor one of the most common passwords.</param>
/// <example>{"code": "q83vEjRWeJCrze8SNFZ4kA", "password": "paper kite over the harbour"}</example>
internal sealed record MailedPassword(
    [property: StringLength(SignInTickets.MaxLength, MinimumLength = 1)] string Code,
    [property: DataType(DataType.Password), StringLength(PasswordHashing.MaxLength, MinimumLength = PasswordRules.MinLength)] string Password);
