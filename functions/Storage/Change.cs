namespace Gatehouse.Storage;

/// <summary>
/// A change that ends or grants access, such as a logout or a change of roles. From its first write on it runs under its own
/// time limit: a caller that hangs up must not leave it half done.
/// </summary>
internal static class Change
{
    /// <summary>The time for all writes of a change.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    /// <summary>Carries a change out.</summary>
    /// <param name="time">The clock of the time limit.</param>
    /// <param name="change">The writes. It gets the token of the time limit, and must not use the caller's.</param>
    /// <exception cref="StorageUnavailableException">The time limit has passed.</exception>
    public static async Task<T> FinishAsync<T>(TimeProvider time, Func<CancellationToken, Task<T>> change)
    {
        using var limit = new CancellationTokenSource(TimeLimit, time);

        // The budget of the request may be nearly used up, and a write that it ends would leave the change half done.
        StorageBudget.Begin(time);
        try
        {
            return await change(limit.Token);
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested)
        {
            throw new StorageUnavailableException("A change of access was not finished in time.", exception);
        }
    }

    /// <inheritdoc cref="FinishAsync{T}"/>
    public static Task FinishAsync(TimeProvider time, Func<CancellationToken, Task> change) =>
        FinishAsync(time, async limited =>
        {
            await change(limited);
            return true;
        });
}
