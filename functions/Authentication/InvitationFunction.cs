using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Gatehouse.Access;
using Gatehouse.OpenApi;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Gatehouse.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Options;

namespace Gatehouse.Authentication;

/// <summary>Invites people by mail, unless <c>Authentication:Registration</c> is <c>off</c>.</summary>
[RequiresService(typeof(Invitations))]
internal sealed class InvitationFunction(Invitations invitations, Roles roles, Lockout lockout, PasswordRateLimit rateLimit, Challenge challenge)
{
    /// <summary>Invite a person by mail</summary>
    /// <remarks>
    /// Adds a user whose name is the address, and mails a code for <c>/password-reset/complete</c>, which sets the first password. The
    /// code is valid for <c>Authentication:TemporaryPasswordLifetime</c> and for one use, and removing the user ends it.
    /// </remarks>
    [Function("Invite")]
    [Authorize(Policy = Scopes.UsersWrite)]
    [Operation("Users")]
    [Body<Invitation>]
    [Answer<UserDocument>(201, "The new user, who has no password yet.", "ETag", "Location")]
    [Failure(409, "Conflict")]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "invitations")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request);
        var email = EmailAddress.Read(body);
        var name = UserName.Of(email, body);
        var userRoles = UserFunctions.ReadRoles(body, roles);
        body.ThrowIfInvalid();
        rateLimit.AcquireForMail(email);
        var user = await request.ActAsync(challenge, by => invitations.InviteAsync(new NewUser(name, userRoles.IsDefault ? [] : userRoles, IsEnabled: true, email), email, by, cancellationToken));
        return await UserFunctions.ShowNewAsync(request, user, lockout);
    }
}

/// <summary>Adds users whose first password a mailed code sets.</summary>
internal sealed class Invitations(UserAdministration users, AccountMail mail, IOptions<AuthenticationOptions> options)
{
    private const int PasswordBytes = 32;

    /// <summary>Adds a user with a password that nobody knows, and mails the code.</summary>
    /// <exception cref="BeyondOwnScopesException">A role has a scope that the administrator lacks.</exception>
    /// <exception cref="UserNameTakenException">Another user has the address as the name.</exception>
    public async Task<User> InviteAsync(NewUser invited, EmailAddress email, Administrator by, CancellationToken cancellationToken)
    {
        var user = await users.CreateAsync(invited, RandomNumberGenerator.GetHexString(2 * PasswordBytes), by, cancellationToken);
        mail.Invite(user, email, options.Value.TemporaryPasswordLifetime);
        return user;
    }
}

/// <summary>An invitation.</summary>
/// <param name="Email">The e-mail address, which becomes the user's name: at most 128 characters.</param>
/// <param name="Roles">The names of the user's roles, which determine the scopes.</param>
/// <example>{"email": "grace@example.com", "roles": ["viewer"]}</example>
internal sealed record Invitation(
    [property: DataType(DataType.EmailAddress), StringLength(EmailAddress.MaxLength, MinimumLength = 3)] string Email,
    [property: MaxLength(NewUserDocument.MaxRoles)] IReadOnlyList<string>? Roles);
