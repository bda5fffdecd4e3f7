using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Authentication;

/// <summary>Signs people in by user name and password.</summary>
internal sealed class PasswordSignIn(IUserStore users, PasswordHashing hashing, ILogger<PasswordSignIn> logger)
{
    /// <summary>
    /// The user, or null. Nothing tells why: an unknown name, a wrong password and a disabled user have one answer, and
    /// cost the same time.
    /// </summary>
    public async Task<User?> FindUserAsync(string nameText, string password, CancellationToken cancellationToken)
    {
        var user = UserName.TryParse(nameText, out var name) ? await users.FindAsync(name, cancellationToken) : null;
        var result = hashing.Verify(user, password);
        if (user is null || result == PasswordVerificationResult.Failed || !user.IsEnabled)
        {
            logger.SignInFailed();
            return null;
        }

        if (result == PasswordVerificationResult.SuccessRehashNeeded)
        {
            // When somebody else has changed the user meanwhile, the next sign-in does it.
            await users.TryReplaceAsync(user with { PasswordHash = hashing.Hash(password) }, cancellationToken);
        }

        return user;
    }
}
