using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;
using Gatehouse.Protection.Http;
using Gatehouse.Protection.Telemetry;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Gatehouse.Users;

/// <summary>
/// Hashes passwords and compares them with their hashes: PBKDF2-HMAC-SHA512 with a salt of 128 bits. It is made to be
/// slow, so only a few run at a time, on threads of their own; a flood of sign-ins must not stop the rest.
/// </summary>
internal sealed class PasswordHashing : IDisposable
{
    /// <summary>The longest password that is looked at, in UTF-16 code units: hashing more is work that an attacker could ask for.</summary>
    public const int MaxLength = 128;

    /// <summary>The metric that counts the passwords that wait.</summary>
    public const string QueuedMetric = "gatehouse.hashing.queued";

    /// <summary>The metric that counts the passwords that were refused.</summary>
    public const string RefusedMetric = "gatehouse.hashing.refused";

    // PasswordHasher passes the user through and never looks at it.
    private static readonly object AnyUser = new();

    private readonly int _iterations;
    private readonly Func<int, IPasswordHasher<object>> _createHasher;
    private readonly IPasswordHasher<object> _hasher;
    private readonly ConcurrencyLimiter _queue;
    private readonly Lazy<string> _nobody;
    private readonly Counter<long> _refused;
    private volatile bool _isDisposed;

    public PasswordHashing(IOptions<AuthenticationOptions> options, Func<int, IPasswordHasher<object>> createHasher, IMeterFactory meters)
    {
        _refused = meters.Create(MetricNames.Meter).CreateCounter<long>(RefusedMetric, "{request}", "Passwords that were not checked because too many waited.");
        _iterations = options.Value.HashingIterations;
        _createHasher = createHasher;
        _hasher = createHasher(_iterations);
        _queue = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = options.Value.HashingConcurrency,
            QueueLimit = options.Value.HashingQueueLength,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });

        // The hash of a password that nobody has. Made at the first sign-in, whoever's it is: hashing would weigh on
        // every cold start, and only on unknown users' sign-ins it would give them away.
        _nobody = new Lazy<string>(() => _hasher.HashPassword(AnyUser, Guid.NewGuid().ToString()));
    }

    /// <summary>How many wait for their turn. The last look at it comes at the end, when the queue has gone.</summary>
    public long Queued => _isDisposed ? 0 : _queue.GetStatistics()?.CurrentQueuedCount ?? 0;

    /// <exception cref="HashingBusyException">Too many are waiting.</exception>
    public Task<string> HashAsync(string password, CancellationToken cancellationToken) =>
        RunAsync(() => OnThreadOfItsOwn(() => _hasher.HashPassword(AnyUser, Normalize(password))), cancellationToken);

    /// <summary>
    /// Compares a password with the hash of a user, or of nobody when there is no such user: it takes the same time, unless
    /// the user's hash has more iterations than are made today.
    /// Reading the user and settling what follows are part of the turn, so that of all the guesses that wait, only those
    /// whose turn has come do not know of each other.
    /// </summary>
    /// <param name="readUser">Reads the user.</param>
    /// <param name="password">What was entered.</param>
    /// <param name="settle">Makes of the comparison what the caller gets.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="HashingBusyException">Too many are waiting.</exception>
    public Task<User?> VerifyAsync(Func<Task<User?>> readUser, string password, Func<PasswordCheck, Task<User?>> settle, CancellationToken cancellationToken) =>
        RunAsync(
            async () =>
            {
                var user = await readUser();
                return await settle(await OnThreadOfItsOwn(() => Check(user, Normalize(password))));
            },
            cancellationToken);

    public void Dispose()
    {
        _isDisposed = true;
        _queue.Dispose();
    }

    // What has no form that is compared is taken as it is: it costs what any password costs, and is nobody's.
    private static string Normalize(string password)
    {
        _ = PasswordRules.TryNormalize(password, out var normalized);
        return normalized;
    }

    private PasswordCheck Check(User? user, string password)
    {
        var nobody = _nobody.Value;
        var hash = user?.PasswordHash ?? nobody;
        var isRight = _hasher.VerifyHashedPassword(AnyUser, hash, password) != PasswordVerificationResult.Failed;
        var iterations = HashedPassword.ReadIterations(hash);
        if (iterations < _iterations)
        {
            // What the hash lacks, or its user would be told from nobody. After a right password too: it may be that of a
            // user who is locked out, and the time must not tell.
            _createHasher(_iterations - iterations).HashPassword(AnyUser, password);
        }

        return new PasswordCheck(
            user,
            IsRight: user is not null && isRight,
            RehashAsync: iterations == _iterations ? null : () => OnThreadOfItsOwn(() => _hasher.HashPassword(AnyUser, password)));
    }

    // A pool thread that hashes is one that no other request gets.
    private static async Task<T> OnThreadOfItsOwn<T>(Func<T> work)
    {
        using var span = Tracing.Source.StartActivity("password hashing");
        return await Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private async Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        using var turn = await _queue.AcquireAsync(permitCount: 1, cancellationToken);
        if (!turn.IsAcquired)
        {
            _refused.Add(1);
            throw new HashingBusyException { IsOverload = true };
        }

        return await work();
    }
}

/// <summary>More passwords wait to be hashed than this instance takes on.</summary>
internal sealed class HashingBusyException()
    : ServiceUnavailableException("Too many passwords wait to be hashed.", "Too many sign-ins are waiting. Try again in a moment.", TimeSpan.FromSeconds(2));

/// <summary>What the comparison of a password gave.</summary>
/// <param name="User">The user as it was when the comparison began; null when there is none.</param>
/// <param name="IsRight">Whether the password is the user's.</param>
/// <param name="RehashAsync">Makes a hash of today's iterations, for a password that is right; null when the stored one has them.</param>
internal sealed record PasswordCheck(User? User, bool IsRight, Func<Task<string>>? RehashAsync);
