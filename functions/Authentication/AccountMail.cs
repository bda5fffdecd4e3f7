using System.Globalization;
using Gatehouse.Audit;
using Gatehouse.Mail;
using Gatehouse.Users;

namespace Gatehouse.Authentication;

/// <summary>
/// Mails codes that set a password, verify an address or finish a registration. A code is a ticket that ends with each change of the
/// account, so its use ends it too, and nothing is stored. All work, also the look-up of the account, happens after the answer.
/// </summary>
internal sealed class AccountMail(MailOutbox outbox, IMailSender sender, MailTemplates templates, SignInTickets tickets, IUserStore users, AuditLog audit, TimeProvider time)
{
    /// <summary>The purpose of a code that sets a password.</summary>
    public const string SetPassword = "set password";

    /// <summary>The purpose of a code that verifies an address.</summary>
    public const string VerifyEmail = "verify address";

    /// <summary>The purpose of a code that finishes a registration. Its secret is the address.</summary>
    public const string Register = "register";

    /// <summary>How long a code is valid, but for that of an invitation.</summary>
    public static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(20);

    /// <summary>Mails a code that sets a new password, if a user who may sign in has the address.</summary>
    public void RequestPasswordReset(EmailAddress email) => outbox.Post(async cancellationToken =>
    {
        var user = await users.FindByEmailAsync(email, cancellationToken) is { IsEnabled: true } known ? known : null;
        audit.PasswordResetRequested(user?.Id);
        if (user is not null)
        {
            await SendCodeAsync("password-reset", email, user, SetPassword, CodeLifetime, cancellationToken);
        }
    });

    /// <summary>Mails a code that verifies the address of a user.</summary>
    public void RequestVerification(User user, EmailAddress email) =>
        outbox.Post(cancellationToken => SendCodeAsync("email-verification", email, user, VerifyEmail, CodeLifetime, cancellationToken));

    /// <summary>Mails a code by which a new user chooses a password.</summary>
    public void Invite(User user, EmailAddress email, TimeSpan lifetime) =>
        outbox.Post(cancellationToken => SendCodeAsync("invitation", email, user, SetPassword, lifetime, cancellationToken));

    /// <summary>Mails a code that finishes a registration, or says that the address has an account already.</summary>
    /// <param name="email">The address.</param>
    /// <param name="name">The name that its user gets.</param>
    public void RequestRegistration(EmailAddress email, UserName name) => outbox.Post(async cancellationToken =>
    {
        // Both are read for each address, and both mails seal a code.
        var holder = await users.FindByEmailAsync(email, cancellationToken);
        var namesake = await users.FindAsync(name, cancellationToken);
        var code = await tickets.SealAsync(Register, user: null, CodeLifetime, email.Value, cancellationToken);
        await SendAsync(holder is null && namesake is null ? "registration" : "registration-known", email, name.Value, code, CodeLifetime, cancellationToken);
    });

    /// <summary>Tells a user of a change of the account, at the verified address that the user had before, if there was one.</summary>
    public void Notify(string template, User before)
    {
        if (before.VerifiedEmail is { } email)
        {
            outbox.Post(cancellationToken => SendAsync(template, email, before.Name.Value, code: null, default, cancellationToken));
        }
    }

    private async Task SendCodeAsync(string template, EmailAddress email, User user, string purpose, TimeSpan lifetime, CancellationToken cancellationToken) =>
        await SendAsync(template, email, user.Name.Value, await tickets.SealAsync(purpose, user, lifetime, secret: null, cancellationToken), lifetime, cancellationToken);

    private Task SendAsync(string template, EmailAddress email, string userName, string? code, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["username"] = userName,
            ["until"] = (time.GetUtcNow() + lifetime).ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture),
            ["code"] = code,
            ["link"] = code is null ? null : templates.FindLink(template, code),
        };
        return sender.SendAsync(templates.Render(template, email.Value, values), cancellationToken);
    }
}
