using Gatehouse.Protection.Http;
using Gatehouse.RateLimits;
using Gatehouse.Users;
using Microsoft.Extensions.Options;

namespace Gatehouse.Authentication;

/// <summary>
/// How often a sign-in may be tried for one user name, from however many addresses. Names are counted as they come,
/// whether somebody has them or not, so the limit tells nobody which names exist.
/// </summary>
internal sealed class SignInRateLimit(IOptions<RateLimitsOptions> options, PartitionHash hash, TimeProvider time)
{
    private readonly Quota? _quota = options.Value.Enabled ? new Quota("username", options.Value.UserName, options.Value.Partitions, time) : null;

    /// <summary>Takes one permit of a user name.</summary>
    /// <param name="nameText">As it was entered: what is no user name is counted too.</param>
    /// <exception cref="ProblemException">The limit is used up (429).</exception>
    public void Acquire(string nameText)
    {
        if (_quota is null)
        {
            return;
        }

        // All spellings of one name count together, as they sign in the same user.
        var key = UserName.TryParse(nameText, out var name) ? name.Key : nameText;
        var lease = _quota.Acquire(hash.Of(key));
        if (!lease.IsAcquired)
        {
            throw new ProblemException(lease.ToProblem());
        }
    }
}
