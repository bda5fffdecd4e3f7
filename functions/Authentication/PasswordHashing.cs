using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Gatehouse.Authentication;

/// <summary>Hashes passwords and compares them with their hashes: PBKDF2-HMAC-SHA512 with a salt of 128 bits.</summary>
internal sealed class PasswordHashing
{
    /// <summary>The longest password that is looked at, in UTF-16 code units: hashing more is work that an attacker could ask for.</summary>
    public const int MaxLength = 128;

    private readonly PasswordHasher<object> _hasher;
    private readonly Lazy<string> _nobody;

    public PasswordHashing(IOptions<AuthenticationOptions> options)
    {
        _hasher = new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { IterationCount = options.Value.HashingIterations }));

        // The hash of a password that nobody has. Made at the first sign-in, whoever's it is: hashing would weigh on
        // every cold start, and only on unknown users' sign-ins it would give them away.
        _nobody = new Lazy<string>(() => Hash(Guid.NewGuid().ToString()));
    }

    public string Hash(string password) => _hasher.HashPassword(Nobody.Instance, password);

    /// <summary>Compares a password with the hash of a user, or of nobody when there is no such user: it takes the same time.</summary>
    public PasswordVerificationResult Verify(User? user, string password)
    {
        var nobody = _nobody.Value;
        var result = _hasher.VerifyHashedPassword(Nobody.Instance, user?.PasswordHash ?? nobody, password);
        return user is null ? PasswordVerificationResult.Failed : result;
    }

    // PasswordHasher passes the user through and never looks at it.
    private static class Nobody
    {
        public static readonly object Instance = new();
    }
}
