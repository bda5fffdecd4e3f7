namespace Gatehouse.Authentication;

/// <summary>Configuration section <c>Authentication</c>.</summary>
internal sealed class AuthenticationOptions
{
    public const string Section = "Authentication";

    /// <summary>
    /// Rounds of PBKDF2-HMAC-SHA512 for a password, 100 000 to 10 000 000. A stored hash with fewer is made anew at the
    /// next sign-in. Defaults to 210 000 (OWASP Password Storage Cheat Sheet).
    /// </summary>
    public int HashingIterations { get; set; } = 210_000;
}
