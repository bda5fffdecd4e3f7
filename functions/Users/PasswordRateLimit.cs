using Gatehouse.Protection.Http;
using Gatehouse.RateLimits;
using Microsoft.Extensions.Options;

namespace Gatehouse.Users;

/// <summary>Limits the requests that hash a password or send a mail, whichever function they call.</summary>
internal sealed class PasswordRateLimit(IOptions<RateLimitsOptions> options, PartitionHash hash, RequestOrigin origin, TimeProvider time)
{
    private readonly Quota? _passwords = options.Value.Enabled ? new Quota("password", options.Value.Password, options.Value.Partitions, time) : null;
    private readonly Quota? _names = options.Value.Enabled ? new Quota("username", options.Value.UserName, options.Value.Partitions, time) : null;
    private readonly Quota? _mails = options.Value.Enabled ? new Quota("mail", options.Value.Mail, options.Value.Partitions, time) : null;

    /// <summary>Uses one permit of the site, because one site may have many networks, and one of the user name, across all sites.</summary>
    /// <param name="nameText">The name as it was entered. Unknown and invalid names count too, so the limit does not reveal which names exist.</param>
    /// <exception cref="ProblemException">A limit is used up (429).</exception>
    public void AcquireForSignIn(string nameText)
    {
        AcquireForSite();

        // All spellings of a name count together, because they sign in the same user.
        Acquire(_names, UserName.TryParse(nameText, out var name) ? name.Key : nameText);
    }

    /// <summary>Uses one permit of the site, and one of the address that gets the mail, whether or not it is known.</summary>
    /// <exception cref="ProblemException">A limit is used up (429).</exception>
    public void AcquireForMail(EmailAddress to)
    {
        AcquireForSite();
        Acquire(_mails, to.Value);
    }

    /// <summary>Uses one permit of the site, and one of the caller, because one caller may use many sites.</summary>
    /// <param name="subject">The qualified subject of the caller.</param>
    /// <exception cref="ProblemException">A limit is used up (429).</exception>
    public void AcquireForCaller(string subject)
    {
        AcquireForSite();
        Acquire(_passwords, $"caller {subject}");
    }

    /// <summary>Uses one permit of the site.</summary>
    /// <exception cref="ProblemException">The limit is used up (429).</exception>
    public void AcquireForSite() => Acquire(_passwords, $"site {origin.Address.Site}");

    private void Acquire(Quota? quota, string partition)
    {
        if (quota?.Acquire(hash.Of(partition)) is { IsAcquired: false } lease)
        {
            throw new ProblemException(lease.ToProblem());
        }
    }
}
