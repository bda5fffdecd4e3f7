using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Gatehouse.Protection.Caching;

/// <summary>
/// Holds a value that is read from a slow source now and then. Requests drive the reading, not a timer: a serverless
/// instance may stand still between two requests, and a timer with it. At most one read is under way, however many
/// requests wait for it. While the source is unavailable, the last value stays in use.
/// </summary>
/// <param name="load">Reads the source. Receives the current value, which is null at first.</param>
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

    /// <summary>The time since the value was read; null before the first read.</summary>
    public TimeSpan? Age => _entry is { } entry ? time.GetElapsedTime(entry.LoadedAt) : null;

    /// <summary>The value.</summary>
    /// <param name="cancellationToken">Ends the wait of this caller, not the read.</param>
    /// <exception cref="Exception">The exception of <c>load</c>, when there has never been a value.</exception>
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

    /// <summary>The value, if it is young enough. Starts a read in the background when one is due.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value) => TryGet(_entry, out value);

    /// <summary>The value after one more read, unless this method started a read less than an interval ago.</summary>
    /// <param name="interval">The least time between two such reads.</param>
    /// <param name="cancellationToken">Ends the wait of this caller, not the read.</param>
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
            // A load may have finished since the caller looked at the entry; a second one would be wasted.
            var isNewer = !ReferenceEquals(_entry, seen);
            var failedLately = _failure is { } failure && time.GetElapsedTime(failure.At) < options.RetryAfterFailure;
            return isNewer || failedLately ? Task.CompletedTask : Start();
        }
    }

    // The caller holds the gate. Task.Run keeps the synchronous part of the source off the thread of the current request.
    private Task Start() => _loading ??= Task.Run(LoadAsync);

    private async Task LoadAsync()
    {
        Entry? loaded = null;
        Failure? failure = null;
        try
        {
            using var timeout = new CancellationTokenSource(options.LoadTimeout, time);
            var value = await load(_entry?.Value, timeout.Token);

            // Up to a tenth more, so that instances that started together spread their reads.
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
    /// <summary>The age, up to a tenth more, from which a value is still returned while it is read again in the background.</summary>
    public required TimeSpan RefreshAfter { get; init; }

    /// <summary>The age from which a value is read again before it is returned.</summary>
    public required TimeSpan WaitAfter { get; init; }

    /// <summary>The pause after a failed read before the next one.</summary>
    public required TimeSpan RetryAfterFailure { get; init; }

    /// <summary>
    /// The time after a failed read in which requests do not wait for a retry: they get the last value, however old
    /// it is, while retries run in the background. Defaults to 0: requests wait for each retry once the value is
    /// older than <see cref="WaitAfter"/>.
    /// </summary>
    public TimeSpan RetryInBackgroundFor { get; init; }

    /// <summary>The time limit of one read, and so of a request that waits for it.</summary>
    public required TimeSpan LoadTimeout { get; init; }

    /// <summary>Called after each failed read.</summary>
    public Action<Exception> OnFailure { get; init; } = static _ => { };

    /// <summary>
    /// For values in Key Vault: they are read again after 5 minutes, at the latest after 15, with 10 seconds between
    /// retries. Requests do not wait for retries: a vault that hangs would hold up each of them for a time-out.
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
