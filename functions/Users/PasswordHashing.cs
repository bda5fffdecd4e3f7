using System.Diagnostics.Metrics;
using Gatehouse.Protection.Http;
using Gatehouse.Protection.Telemetry;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Gatehouse.Users;

/// <summary>
/// Hashes passwords and compares them with their hashes: PBKDF2-HMAC-SHA512 with a salt of 128 bits. Hashing is slow
/// by design, so only a few run at a time, on their own threads: a flood of sign-ins must not stop other requests, and a flood
/// from one site not the sign-ins of others.
/// </summary>
internal sealed class PasswordHashing
{
    /// <summary>The longest accepted password, in UTF-16 code units. Longer ones would let an attacker cause more work.</summary>
    public const int MaxLength = 128;

    /// <summary>The name of the metric for the passwords that wait.</summary>
    public const string QueuedMetric = "gatehouse.hashing.queued";

    /// <summary>The name of the metric for the passwords that were refused.</summary>
    public const string RefusedMetric = "gatehouse.hashing.refused";

    // PasswordHasher ignores the user.
    private static readonly object AnyUser = new();

    private readonly int _iterations;
    private readonly int _signInIterations;
    private readonly Func<int, IPasswordHasher<object>> _createHasher;
    private readonly IPasswordHasher<object> _hasher;
    private readonly FairQueue _queue;
    private readonly RequestOrigin _origin;
    private readonly Lazy<string> _nobody;
    private readonly Counter<long> _refused;

    public PasswordHashing(IOptions<AuthenticationOptions> options, Func<int, IPasswordHasher<object>> createHasher, RequestOrigin origin, IMeterFactory meters)
    {
        _origin = origin;
        _refused = meters.Create(MetricNames.Meter).CreateCounter<long>(RefusedMetric, "{request}", "Passwords that were not checked because too many waited.");
        _iterations = options.Value.HashingIterations;
        _signInIterations = options.Value.SignInIterations ?? _iterations;
        _createHasher = createHasher;
        _hasher = createHasher(_iterations);
        _queue = new FairQueue(options.Value.HashingConcurrency, options.Value.HashingQueueLength);

        // The hash of a random password, for unknown users. It is created at the first sign-in of any user: at the
        // start it would slow down every cold start, and for unknown users only, timing would reveal them.
        _nobody = new Lazy<string>(() => _hasher.HashPassword(AnyUser, Guid.NewGuid().ToString()));
    }

    /// <summary>The work of each sign-in, in iterations. A hash that takes more is not imported.</summary>
    public int SignInIterations => _signInIterations;

    /// <summary>The number of waiting passwords.</summary>
    public long Queued => _queue.Waiting;

    /// <exception cref="HashingBusyException">Too many passwords are waiting.</exception>
    public Task<string> HashAsync(string password, CancellationToken cancellationToken) =>
        RunAsync(() => OnThreadOfItsOwn(() => _hasher.HashPassword(AnyUser, Normalize(password))), cancellationToken);

    /// <summary>
    /// Compares a password with the hash of a user, or with a random one when there is no such user. Both take the
    /// same time, unless the user's hash takes more work than is configured now. The turn in the queue includes
    /// reading the user and settling the result, so only guesses that run at the same time can miss each other's
    /// result.
    /// </summary>
    /// <param name="readUser">Reads the user.</param>
    /// <param name="password">The password as it was entered.</param>
    /// <param name="settle">Turns the comparison into the result.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="HashingBusyException">Too many passwords are waiting.</exception>
    public Task<User?> VerifyAsync(Func<Task<User?>> readUser, string password, Func<PasswordCheck, Task<User?>> settle, CancellationToken cancellationToken) =>
        RunAsync(
            async () =>
            {
                var user = await readUser();
                return await settle(await OnThreadOfItsOwn(() => Check(user, password)));
            },
            cancellationToken);

    // A password that can't be normalized is hashed as it is: it costs as much as any other, and belongs to no user.
    private static string Normalize(string password)
    {
        _ = PasswordRules.TryNormalize(password, out var normalized);
        return normalized;
    }

    private PasswordCheck Check(User? user, string entered)
    {
        var nobody = _nobody.Value;
        var password = Normalize(entered);
        var hash = user?.PasswordHash ?? nobody;
        var imported = ImportedHash.FindStored(hash);
        var iterations = HashedPassword.ReadIterations(hash);
        var isRight = imported?.Matches(entered) ?? _hasher.VerifyHashedPassword(AnyUser, hash, password) != PasswordVerificationResult.Failed;
        if ((imported?.Work ?? iterations) is var work && work < _signInIterations)
        {
            // Spend the missing iterations too, or timing reveals that the user exists. This applies to a right
            // password as well, because the user may be locked out and timing must not reveal that the password is
            // right.
            _createHasher((int)(_signInIterations - work)).HashPassword(AnyUser, password);
        }

        return new PasswordCheck(
            user,
            IsRight: user is not null && isRight,
            RehashAsync: iterations == _iterations ? null : () => OnThreadOfItsOwn(() => _hasher.HashPassword(AnyUser, password)));
    }

    // Hashing on a pool thread would take that thread from other requests.
    private static async Task<T> OnThreadOfItsOwn<T>(Func<T> work)
    {
        using var span = Tracing.Source.StartActivity("password hashing");
        return await Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private async Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        if (!await _queue.EnterAsync(_origin.Address.Site, cancellationToken))
        {
            _refused.Add(1);
            throw new HashingBusyException { IsOverload = true };
        }

        try
        {
            return await work();
        }
        finally
        {
            _queue.Leave();
        }
    }
}

/// <summary>More passwords wait for hashing than this instance accepts.</summary>
internal sealed class HashingBusyException()
    : ServiceUnavailableException("Too many passwords wait for hashing (see Authentication:HashingQueueLength).", "Too many sign-ins are waiting. Try again in a moment.", TimeSpan.FromSeconds(2));

/// <summary>The result of comparing a password.</summary>
/// <param name="User">The user at the start of the comparison; null when there is none.</param>
/// <param name="IsRight">Whether the password is the user's.</param>
/// <param name="RehashAsync">Creates a hash with the configured iterations, for a right password; null when the stored hash has them.</param>
internal sealed record PasswordCheck(User? User, bool IsRight, Func<Task<string>>? RehashAsync);
