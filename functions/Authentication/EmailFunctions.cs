using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text.Json.Serialization;
using Gatehouse.Access;
using Gatehouse.OpenApi;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Gatehouse.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Authentication;

/// <summary>Sets, shows and verifies the e-mail addresses of users.</summary>
[RequiresService(typeof(AccountMail))]
internal sealed class EmailFunctions(AccountMail mail, OwnFactors own, IUserStore store, UserAdministration users, SignInTickets tickets, PasswordRateLimit rateLimit, Challenge challenge)
{
    private const string OwnRoute = "me/email";

    /// <summary>Read your own e-mail address</summary>
    /// <remarks>The address to which a code for a new password goes, once it is verified.</remarks>
    [Function("GetEmail")]
    [Authorize]
    [Operation("Users")]
    [Answer<EmailDocument>(200, "The address, if there is one.")]
    [Failure(403, "NotAPerson")]
    public async Task<HttpResponseData> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = OwnRoute)] HttpRequestData request,
        CancellationToken cancellationToken) =>
        await ShowAsync(request, await own.FindUserAsync(request, cancellationToken));

    /// <summary>Set or remove your own e-mail address</summary>
    /// <remarks>
    /// The address gets a mail with a code for <c>/email-verification</c>. Until it is verified, it sets no password, nor does the one
    /// before, which gets a mail about the change. The sign-in must be at most 10 minutes old.
    /// </remarks>
    [Function("SetEmail")]
    [Authorize]
    [RequireRecentSignIn(OwnFactors.RecentMinutes)]
    [Operation("Users")]
    [Body<EmailChange>]
    [Answer<EmailDocument>(200, "The address, if there is one.")]
    [Failure(403, "NotAPerson")]
    [Failure(412, "ChangedMeanwhile")]
    public async Task<HttpResponseData> SetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = OwnRoute)] HttpRequestData request,
        CancellationToken cancellationToken) =>
        await SetAsync(request, () => own.FindUserAsync(request, cancellationToken), (user, email) => OwnFactors.WithoutConditionAsync(() => users.ChangeEmailAsync(user, email, by: null)));

    /// <summary>Set or remove the e-mail address of a user</summary>
    /// <remarks>As the user can by <c>PUT /me/email</c>: the address gets a mail with a code that verifies it.</remarks>
    /// <param name="username" example="grace@example.com">The user's name, or its id.</param>
    [Function("SetUserEmail")]
    [Authorize(Policy = Scopes.UsersWrite)]
    [Operation("Users")]
    [Body<EmailChange>]
    [Answer<EmailDocument>(200, "The address, if there is one.")]
    [Failure(412, "ChangedMeanwhile")]
    public async Task<HttpResponseData> SetOfUserAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "users/{username}/email")] HttpRequestData request,
        string username,
        CancellationToken cancellationToken) =>
        await SetAsync(
            request,
            () => store.FindByRouteAsync(username, cancellationToken),
            (user, email) => request.ActAsync(challenge, by => OwnFactors.WithoutConditionAsync(() => users.ChangeEmailAsync(user, email, by))));

    /// <summary>Verify an e-mail address with a mailed code</summary>
    /// <remarks>From then on the address sets a new password. Another user who has verified it keeps it.</remarks>
    [Function("VerifyEmail")]
    [AllowAnonymous]
    [Operation("Users")]
    [Body<MailedCode>]
    [Answer(204, "The address is verified.")]
    [Failure(401, "InvalidMailedCode")]
    [Failure(409, "Conflict")]
    public async Task<HttpResponseData> VerifyAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "email-verification")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request);
        var code = body.RequiredSecret("code", SignInTickets.MaxLength);
        body.ThrowIfInvalid();
        var (user, _) = await tickets.OpenAsync(AccountMail.VerifyEmail, code, cancellationToken);
        await SignInTickets.UseAsync(() => users.VerifyEmailAsync(user));
        return request.CreateResponse(HttpStatusCode.NoContent);
    }

    private async Task<HttpResponseData> SetAsync(HttpRequestData request, Func<Task<User>> find, Func<User, EmailAddress?, Task<User>> change)
    {
        var body = await JsonBody.ReadAsync(request);
        var email = EmailAddress.ReadOptional(body);
        body.ThrowIfInvalid();
        var user = await find();
        if (email is { } wanted)
        {
            rateLimit.AcquireForMail(wanted);
        }

        // A verified address that is set again stays verified.
        var changed = email is { } same && user.VerifiedEmail == same ? user : await change(user, email);
        if (changed is { IsEmailVerified: false, Email: { } address })
        {
            mail.RequestVerification(changed, address);
        }

        if (user.VerifiedEmail != email)
        {
            mail.Notify("email-changed", user);
        }

        return await ShowAsync(request, changed);
    }

    private static Task<HttpResponseData> ShowAsync(HttpRequestData request, User user) =>
        request.JsonAsync(new EmailDocument(user.Email?.Value, user.IsEmailVerified), EmailJsonContext.Default.EmailDocument);
}

/// <summary>The e-mail address of a user.</summary>
/// <param name="Email">The address; missing without one.</param>
/// <param name="Verified">Whether a mailed code has shown that the user reads mail there.</param>
/// <example>{"email": "grace@example.com", "verified": true}</example>
internal sealed record EmailDocument(string? Email, bool Verified);

/// <summary>A new address.</summary>
/// <param name="Email">The address, at most 254 ASCII characters before an internationalized domain is encoded. Without it the address is removed.</param>
/// <example>{"email": "grace@example.com"}</example>
internal sealed record EmailChange([property: DataType(DataType.EmailAddress), StringLength(EmailAddress.MaxLength, MinimumLength = 3)] string? Email);

/// <summary>A mailed code.</summary>
/// <param name="Code">The code of the mail.</param>
/// <example>{"code": "q83vEjRWeJCrze8SNFZ4kA"}</example>
internal sealed record MailedCode([property: StringLength(SignInTickets.MaxLength, MinimumLength = 1)] string Code);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EmailDocument))]
internal sealed partial class EmailJsonContext : JsonSerializerContext;
