using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Gatehouse.Storage;

/// <summary>
/// The time that a request has for storage. Each operation has a limit of its own, but a request makes up to some twenty
/// of them one after the other; what they may take together is counted from where the request began.
/// </summary>
internal sealed class StorageBudget
{
    /// <summary>What a request, or a reading that serves many requests, may take.</summary>
    public static readonly TimeSpan Total = TimeSpan.FromSeconds(10);

    private static readonly AsyncLocal<StorageBudget?> Current = new();

    private readonly long _beganAt;

    private StorageBudget(long beganAt) => _beganAt = beganAt;

    /// <summary>
    /// Begins a budget, which lasts until the calling asynchronous method ends. A reading that serves many requests begins
    /// one too: it must not end with that of the request that happened to start it.
    /// </summary>
    public static void Begin(TimeProvider time) => Current.Value = new StorageBudget(time.GetTimestamp());

    /// <summary>What is left, up to <paramref name="limit"/>; all of that outside of a request.</summary>
    public static TimeSpan Limit(TimeSpan limit, TimeProvider time)
    {
        if (Current.Value is not { } budget)
        {
            return limit;
        }

        var left = Total - time.GetElapsedTime(budget._beganAt);
        return left <= TimeSpan.Zero ? TimeSpan.Zero : left < limit ? left : limit;
    }

    /// <summary>Waits for a reading that serves many requests, as long as this request may; the reading goes on.</summary>
    /// <exception cref="StorageUnavailableException">It takes longer.</exception>
    public static async Task<T> WaitAsync<T>(Task<T> reading, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await reading.WaitAsync(Limit(Total, time), time, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new StorageUnavailableException("A reading that this request waited for took longer than the request may wait for storage.", exception);
        }
    }
}

/// <summary>Gives each request its <see cref="StorageBudget"/>.</summary>
internal sealed class StorageBudgetMiddleware(TimeProvider time) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        StorageBudget.Begin(time);
        await next(context);
    }
}

/// <summary>
/// The storage can't be reached, is too slow or too busy. A write that the request asked for has not happened, or has
/// happened wholly; reading again tells which.
/// </summary>
/// <param name="message">For the log: which store, which operation.</param>
/// <param name="innerException">The exception of the storage's client.</param>
internal sealed class StorageUnavailableException(string message, Exception innerException)
    : ServiceUnavailableException(message, "A service that is needed for this is away. Try again later.", RetryDelay, innerException)
{
    /// <summary>How long a caller is told to wait.</summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);
}
