using System.Net;
using Gatehouse.OpenApi;
using Gatehouse.Protection.Http;
using Gatehouse.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Authentication;

/// <summary>Lets everyone with an e-mail address register, if <c>Authentication:Registration</c> is <c>open</c>.</summary>
[RequiresService(typeof(OpenRegistration))]
internal sealed class RegistrationFunctions(AccountMail mail, OpenRegistration registration, BreachedPasswords breached, PasswordRateLimit rateLimit)
{
    /// <summary>Ask for a code to register with</summary>
    /// <remarks>
    /// The address gets a mail with a code, which is valid for 20 minutes. If it has an account already, the mail says so. Neither the
    /// answer nor its time does.
    /// </remarks>
    [Function("RequestRegistration")]
    [AllowAnonymous]
    [Operation("Sign in")]
    [Body<MailRequest>]
    [Answer(202, "A mail is on its way.")]
    public async Task<HttpResponseData> RequestAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "registration")] HttpRequestData request)
    {
        var body = await JsonBody.ReadAsync(request);
        var email = EmailAddress.Read(body);
        var name = UserName.Of(email, body);
        body.ThrowIfInvalid();
        rateLimit.AcquireForMail(email);
        mail.RequestRegistration(email, name);
        return request.CreateResponse(HttpStatusCode.Accepted);
    }

    /// <summary>Register with a mailed code</summary>
    /// <remarks>The new user signs in with the address as user name, has the role <c>viewer</c>, and the address is verified.</remarks>
    [Function("Register")]
    [AllowAnonymous]
    [Operation("Sign in")]
    [Body<MailedPassword>]
    [Answer(204, "The user can sign in.")]
    [Failure(401, "InvalidMailedCode")]
    [Failure(409, "Conflict")]
    public async Task<HttpResponseData> CompleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "registration/complete")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request);
        var code = body.RequiredSecret("code", SignInTickets.MaxLength);
        var password = PasswordRules.Read(body, "password");
        body.ThrowIfInvalid();
        rateLimit.AcquireForSite();
        var (email, name) = await registration.OpenAsync(code, cancellationToken);
        PasswordRules.Require(body, "password", password, name);
        await breached.RequireUnknownAsync("password", password, cancellationToken);
        await registration.CompleteAsync(email, name, password, cancellationToken);
        return request.CreateResponse(HttpStatusCode.NoContent);
    }
}

/// <summary>Makes users of people who have shown that they read mail of an address.</summary>
internal sealed class OpenRegistration(SignInTickets tickets, UserAdministration users)
{
    /// <summary>The address of a code, and the name that its user gets.</summary>
    /// <exception cref="InvalidTicketException">The code is for something else, or has expired.</exception>
    public async Task<(EmailAddress Email, UserName Name)> OpenAsync(string code, CancellationToken cancellationToken) =>
        await tickets.FindAsync(AccountMail.Register, code, cancellationToken) is { Secret: { } text } && UserName.TryParse(text, out var name)
            ? (new EmailAddress(text), name)
            : throw new InvalidTicketException();

    /// <summary>Adds the user. The name and the address are for one user, so a code works once.</summary>
    /// <exception cref="UserNameTakenException">A user has the address as the name.</exception>
    /// <exception cref="EmailTakenException">Another user has verified the address.</exception>
    public Task<User> CompleteAsync(EmailAddress email, UserName name, string password, CancellationToken cancellationToken) =>
        users.RegisterAsync(new NewUser(name, [AuthenticationOptions.RegisteredRole], IsEnabled: true, email), password, cancellationToken);
}
