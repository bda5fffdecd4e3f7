using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Gatehouse.Protection.Caching;

/// <summary>
/// Holds a value that is read from a slow source now and then. Requests drive the reading, not a timer: a serverless
/// instance may stand still between two requests, and a timer with it. However many ask, one read is under way at a
/// time; while the source is away the last value serves on.
/// </summary>
/// <param name="load">Reads the source. Gets the present value, null at first.</param>
/// <param name="options">When to read.</param>
/// <param name="time">The clock.</param>
internal sealed class RequestDrivenCache<T>(Func<T?, CancellationToken, Task<T>> load, RequestDrivenCacheOptions options, TimeProvider time)
    where T : class
{
    private readonly Lock _gate = new();
    private volatile Entry? _entry;
    private volatile Failure? _failure;
    private Task? _loading;
    private long? _lastForced;

    /// <summary>How long ago the value was read; null when it never was.</summary>
    public TimeSpan? Age => _entry is { } entry ? time.GetElapsedTime(entry.LoadedAt) : null;

    /// <summary>The value.</summary>
    /// <param name="cancellationToken">Ends this caller's waiting, not the read.</param>
    /// <exception cref="Exception">What <c>load</c> threw, when there has never been a value.</exception>
    public ValueTask<T> GetAsync(CancellationToken cancellationToken)
    {
        var entry = _entry;
        if (TryGet(entry, out var value))
        {
            return new ValueTask<T>(value);
        }

        var loading = StartIfDue(entry);
        return entry is not null && IsRetriedInBackground()
            ? new ValueTask<T>(entry.Value)
            : WaitAsync(loading, cancellationToken);
    }

    /// <summary>The value, if it is young enough. When it is time to read it again, the reading begins.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value) => TryGet(_entry, out value);

    /// <summary>The value after one more read, unless one was asked for in this way less than an interval ago.</summary>
    /// <param name="interval">The least time between two such reads.</param>
    /// <param name="cancellationToken">Ends this caller's waiting, not the read.</param>
    public ValueTask<T> RefreshAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        Task loading;
        lock (_gate)
        {
            var isTooSoon = _lastForced is { } last && time.GetElapsedTime(last) < interval;
            if (isTooSoon)
            {
                loading = _loading ?? Task.CompletedTask;
            }
            else
            {
                _lastForced = time.GetTimestamp();
                loading = Start();
            }
        }

        return WaitAsync(loading, cancellationToken);
    }

    private bool TryGet(Entry? entry, [MaybeNullWhen(false)] out T value)
    {
        value = null;
        if (entry is null)
        {
            return false;
        }

        var age = time.GetElapsedTime(entry.LoadedAt);
        if (age >= options.WaitAfter)
        {
            return false;
        }

        if (age >= entry.RefreshAfter)
        {
            _ = StartIfDue(entry);
        }

        value = entry.Value;
        return true;
    }

    private bool IsRetriedInBackground() =>
        _failure is { } failure && time.GetElapsedTime(failure.At) < options.RetryInBackgroundFor;

    private async ValueTask<T> WaitAsync(Task loading, CancellationToken cancellationToken)
    {
        await loading.WaitAsync(cancellationToken);
        if (_entry is not { } entry)
        {
            _failure?.Exception.Throw();
            return await GetAsync(cancellationToken);
        }

        return entry.Value;
    }

    /// <param name="seen">The entry that the caller found too old.</param>
    private Task StartIfDue(Entry? seen)
    {
        lock (_gate)
        {
            // Between the caller's look at the entry and now a whole load may have passed: a second one would be for nothing.
            var isNewer = !ReferenceEquals(_entry, seen);
            var failedLately = _failure is { } failure && time.GetElapsedTime(failure.At) < options.RetryAfterFailure;
            return isNewer || failedLately ? Task.CompletedTask : Start();
        }
    }

    // Under the gate. Task.Run: the source's own synchronous part must not run on the time of the request that came by.
    private Task Start() => _loading ??= Task.Run(LoadAsync);

    private async Task LoadAsync()
    {
        Entry? loaded = null;
        Failure? failure = null;
        try
        {
            using var timeout = new CancellationTokenSource(options.LoadTimeout, time);
            var value = await load(_entry?.Value, timeout.Token);

            // Up to a tenth more, so that instances that started together do not go on asking together.
            loaded = new Entry(value, time.GetTimestamp(), options.RefreshAfter * (1 + (Random.Shared.NextDouble() / 10)));
        }
        catch (Exception exception)
        {
            failure = new Failure(ExceptionDispatchInfo.Capture(exception), time.GetTimestamp());
            options.OnFailure(exception);
        }
        finally
        {
            lock (_gate)
            {
                _entry = loaded ?? _entry;
                _failure = failure;
                _loading = null;
            }
        }
    }

    private sealed record Entry(T Value, long LoadedAt, TimeSpan RefreshAfter);

    private sealed record Failure(ExceptionDispatchInfo Exception, long At);
}

/// <summary>When a <see cref="RequestDrivenCache{T}"/> reads its source.</summary>
internal sealed record RequestDrivenCacheOptions
{
    /// <summary>A value older than this, up to a tenth more, is still given out while it is read again in the background.</summary>
    public required TimeSpan RefreshAfter { get; init; }

    /// <summary>A value older than this is read again before it is given out.</summary>
    public required TimeSpan WaitAfter { get; init; }

    /// <summary>How long after a failed read the source is left alone.</summary>
    public required TimeSpan RetryAfterFailure { get; init; }

    /// <summary>
    /// How long after a failed read nobody waits for the next ones: the value, however old, is given out while they are
    /// tried in the background. Defaults to 0: a value older than <see cref="WaitAfter"/> is waited for at each try.
    /// </summary>
    public TimeSpan RetryInBackgroundFor { get; init; }

    /// <summary>How long one read may take. A request waits that long for it at the most.</summary>
    public required TimeSpan LoadTimeout { get; init; }

    /// <summary>Told of each failed read.</summary>
    public Action<Exception> OnFailure { get; init; } = static _ => { };

    /// <summary>
    /// For what is kept in Key Vault: read again after 5 minutes, at the latest after 15; 10 seconds between tries, which
    /// requests do not wait for. A vault that hangs would otherwise hold them up, time-out after time-out.
    /// </summary>
    public static RequestDrivenCacheOptions ForSecrets { get; } = new()
    {
        RefreshAfter = TimeSpan.FromMinutes(5),
        WaitAfter = TimeSpan.FromMinutes(15),
        RetryAfterFailure = TimeSpan.FromSeconds(10),
        RetryInBackgroundFor = TimeSpan.FromMinutes(15),
        LoadTimeout = TimeSpan.FromSeconds(20),
    };
}
