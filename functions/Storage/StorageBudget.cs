using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Gatehouse.Storage;

/// <summary>
/// The time that a request may spend on storage. Each operation has its own limit, but a request makes up to some
/// twenty of them in sequence. This budget limits them together, counted from the start of the request.
/// </summary>
internal sealed class StorageBudget
{
    /// <summary>The budget of a request, or of a read that serves many requests.</summary>
    public static readonly TimeSpan Total = TimeSpan.FromSeconds(10);

    private static readonly AsyncLocal<StorageBudget?> Current = new();

    private readonly long _beganAt;

    private StorageBudget(long beganAt) => _beganAt = beganAt;

    /// <summary>
    /// Begins a budget, which lasts until the calling asynchronous method ends. A read that serves many requests
    /// begins its own, so that it does not end with the budget of the request that started it.
    /// </summary>
    public static void Begin(TimeProvider time) => Current.Value = new StorageBudget(time.GetTimestamp());

    /// <summary>The rest of the budget, at most <paramref name="limit"/>; <paramref name="limit"/> itself outside a request.</summary>
    public static TimeSpan Limit(TimeSpan limit, TimeProvider time)
    {
        if (Current.Value is not { } budget)
        {
            return limit;
        }

        var left = Total - time.GetElapsedTime(budget._beganAt);
        return left <= TimeSpan.Zero ? TimeSpan.Zero : left < limit ? left : limit;
    }

    /// <summary>Waits for a read that serves many requests, within the budget of this request. The read goes on.</summary>
    /// <exception cref="StorageUnavailableException">The read takes longer.</exception>
    public static async Task<T> WaitAsync<T>(Task<T> reading, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await reading.WaitAsync(Limit(Total, time), time, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new StorageUnavailableException("A shared read took longer than this request may wait for storage. Check the storage.", exception);
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
/// The storage is unreachable, too slow or too busy. A requested write has either not happened or happened
/// completely; another read tells which.
/// </summary>
/// <param name="message">For the log: the store and the operation.</param>
/// <param name="innerException">The exception of the storage's client.</param>
internal sealed class StorageUnavailableException(string message, Exception innerException)
    : ServiceUnavailableException(message, "A service that this request needs is unavailable. Try again later.", RetryDelay, innerException)
{
    /// <summary>The value of <c>Retry-After</c>.</summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);
}
