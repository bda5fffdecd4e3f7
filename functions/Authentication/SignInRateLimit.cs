using Gatehouse.Protection.Http;
using Gatehouse.RateLimits;
using Gatehouse.Users;
using Microsoft.Extensions.Options;

namespace Gatehouse.Authentication;

/// <summary>
/// Limits sign-ins for each user name, across all addresses. Unknown names count too, so the limit does not reveal
/// which names exist.
/// </summary>
internal sealed class SignInRateLimit(IOptions<RateLimitsOptions> options, PartitionHash hash, TimeProvider time)
{
    private readonly Quota? _quota = options.Value.Enabled ? new Quota("username", options.Value.UserName, options.Value.Partitions, time) : null;

    /// <summary>Uses one permit of a user name.</summary>
    /// <param name="nameText">The name as it was entered; an invalid name counts too.</param>
    /// <exception cref="ProblemException">The limit is used up (429).</exception>
    public void Acquire(string nameText)
    {
        if (_quota is null)
        {
            return;
        }

        // All spellings of a name count together, because they sign in the same user.
        var key = UserName.TryParse(nameText, out var name) ? name.Key : nameText;
        var lease = _quota.Acquire(hash.Of(key));
        if (!lease.IsAcquired)
        {
            throw new ProblemException(lease.ToProblem());
        }
    }
}
