using Gatehouse.Mail;
using Gatehouse.Protection;
using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Gatehouse.Users;

/// <summary>Configuration section <c>Authentication</c>.</summary>
internal sealed class AuthenticationOptions
{
    public const string Section = "Authentication";

    /// <summary>
    /// The iterations of PBKDF2-HMAC-SHA512 for a password, 100 000 to 10 000 000. A stored hash with another number
    /// is renewed at the next sign-in. Until then, after the number was lowered, timing reveals which users exist:
    /// theirs takes longer. Defaults to 210 000 (OWASP Password Storage Cheat Sheet).
    /// </summary>
    public int HashingIterations { get; set; } = 210_000;

    /// <summary>
    /// The work of each sign-in, whoever the user is, in iterations of PBKDF2-HMAC-SHA512: <see cref="HashingIterations"/> to
    /// 10 000 000. <c>POST /users</c> refuses an imported hash that takes more. Raise it while users with costlier hashes arrive.
    /// Defaults to <see cref="HashingIterations"/>.
    /// </summary>
    public int? SignInIterations { get; set; }

    /// <summary>
    /// How many passwords an instance hashes at a time, 1 to 64. Hashing occupies a core for about a tenth of a
    /// second; the other cores verify tokens meanwhile. Defaults to the number of cores less one, and at least 1.
    /// </summary>
    public int HashingConcurrency { get; set; } = Math.Clamp(Environment.ProcessorCount - 1, 1, 64);

    /// <summary>How many more passwords may wait for hashing, 0 to 1000; beyond that the answer is 503. Defaults to 16.</summary>
    public int HashingQueueLength { get; set; } = 16;

    /// <summary>
    /// The number of wrong passwords from one site (the /48 of an IPv6 address, the /24 of an IPv4 address) that lock a user out
    /// there, 3 to 100. Defaults to 5.
    /// </summary>
    public int LockoutThreshold { get; set; } = 5;

    /// <summary>
    /// The time after which one wrong password is forgotten, and so how long a lockout lasts. 1 second to 1 day. Defaults to
    /// 15 minutes.
    /// </summary>
    public TimeSpan LockoutDuration { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How many wrong passwords for one user are accepted in 24 hours from all sites together that the user has never signed in
    /// from, 20 to 10 000. Then the user can sign in only from a known site, until the oldest are forgotten. Defaults to 100.
    /// </summary>
    public int StrangersPerDay { get; set; } = 100;

    /// <summary>
    /// The URL of a service that knows the passwords of breaches, such as <c>https://api.pwnedpasswords.com/range/</c>
    /// (Have I Been Pwned, or a copy of it): https, or http on loopback. New passwords among them are refused. The service
    /// gets five hex digits of a password's SHA-1, never the password; while it doesn't answer within 2 seconds,
    /// passwords are accepted without it. Defaults to none: no service is asked.
    /// </summary>
    public string BreachedPasswordsUrl { get; set; } = "";

    /// <summary>
    /// How long a password that an administrator has set signs in, 1 hour to 30 days; within this time the user must change it.
    /// Defaults to 3 days.
    /// </summary>
    public TimeSpan TemporaryPasswordLifetime { get; set; } = TimeSpan.FromDays(3);

    /// <summary>
    /// The roles whose users need a second factor, separated by spaces, such as <c>admin</c>. The tokens of a user of such a role who
    /// has none carry neither scopes nor roles, until the user adds one. Defaults to none.
    /// </summary>
    public string SecondFactorRequiredFor { get; set; } = "";

    /// <summary>
    /// Who may become a user: <c>off</c>, those whom administrators add; <c>invitation</c>, also those whom administrators invite by mail;
    /// <c>open</c>, also everyone with an e-mail address, in the role <c>viewer</c>. The last two need section <c>Mail</c>. Defaults to
    /// <c>off</c>.
    /// </summary>
    public string Registration { get; set; } = "off";

    /// <summary>The role of a user who has registered.</summary>
    public const string RegisteredRole = "viewer";

    /// <summary>Whether administrators can invite.</summary>
    public static bool TakesInvitations(IConfiguration configuration) => configuration[$"{Section}:{nameof(Registration)}"] is "invitation" or "open";

    /// <summary>Whether everyone can register.</summary>
    public static bool IsOpen(IConfiguration configuration) => configuration[$"{Section}:{nameof(Registration)}"] == "open";

    /// <summary>
    /// The name of the secret in Key Vault (or in the key folder) that describes the first administrator. It is used
    /// only while there is no enabled administrator. Defaults to <c>bootstrap-admin</c>.
    /// </summary>
    public string BootstrapSecretName { get; set; } = "bootstrap-admin";
}

/// <summary>Stops the start when section <c>Authentication</c> holds an impossible value, naming it and its range.</summary>
internal sealed class AuthenticationOptionsValidator(IRoleScopes roles, IConfiguration configuration) : IValidateOptions<AuthenticationOptions>
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, AuthenticationOptions options)
    {
        var faults = new SettingFaults(AuthenticationOptions.Section);
        faults.RequireRange(nameof(options.HashingIterations), options.HashingIterations, 100_000, 10_000_000);
        faults.RequireRange(nameof(options.SignInIterations), options.SignInIterations ?? options.HashingIterations, options.HashingIterations, 10_000_000);
        faults.RequireRange(nameof(options.HashingConcurrency), options.HashingConcurrency, 1, 64);
        faults.RequireRange(nameof(options.HashingQueueLength), options.HashingQueueLength, 0, 1000);
        faults.RequireRange(nameof(options.LockoutThreshold), options.LockoutThreshold, 3, 100);
        faults.RequireRange(nameof(options.LockoutDuration), options.LockoutDuration, Second, Day);
        faults.RequireRange(nameof(options.StrangersPerDay), options.StrangersPerDay, 20, 10_000);
        faults.RequireRange(nameof(options.TemporaryPasswordLifetime), options.TemporaryPasswordLifetime, TimeSpan.FromHours(1), TimeSpan.FromDays(30));
        faults.Require(
            options.BreachedPasswordsUrl.Length == 0 || SafeAddress.IsBaseUrl(options.BreachedPasswordsUrl),
            nameof(options.BreachedPasswordsUrl),
            "must be an absolute https URL without query or fragment (http only on loopback), such as https://api.pwnedpasswords.com/range/.");
        foreach (var role in SettingList.Split(options.SecondFactorRequiredFor))
        {
            faults.Require(roles.Exists(role), nameof(options.SecondFactorRequiredFor), $"names '{role}', which is not a role of Authorization:Roles.");
        }

        faults.Require(options.Registration is "off" or "invitation" or "open", nameof(options.Registration), "must be off, invitation or open.");
        faults.Require(options.Registration == "off" || MailOptions.AreEnabled(configuration), nameof(options.Registration), "must be off without mail. Set Mail:Host.");
        faults.Require(
            options.Registration != "open" || roles.Exists(AuthenticationOptions.RegisteredRole),
            nameof(options.Registration),
            $"must not be open without the role '{AuthenticationOptions.RegisteredRole}' in Authorization:Roles.");
        faults.RequireSecretName(nameof(options.BootstrapSecretName), options.BootstrapSecretName);
        return faults.ToResult();
    }
}
