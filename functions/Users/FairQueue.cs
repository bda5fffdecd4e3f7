namespace Gatehouse.Users;

/// <summary>
/// Admits a few at a time. Those who wait are grouped by their source, and the sources take turns, so that a flood from one source
/// delays only itself. When the queue is full, a source with fewer waiting displaces the newest of the source with the most.
/// System.Threading.RateLimiting has no such queue: its limiters serve in the order of arrival.
/// </summary>
/// <param name="concurrency">How many are admitted at a time.</param>
/// <param name="capacity">How many may wait.</param>
internal sealed class FairQueue(int concurrency, int capacity)
{
    private readonly Lock _lock = new();

    // The sources with somebody waiting, in the order of their turns.
    private readonly LinkedList<Source> _sources = [];
    private int _admitted;
    private int _waiting;

    /// <summary>How many wait.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Waits for a turn. One that got it calls <see cref="Leave"/> at the end.</summary>
    /// <returns>False when the queue is full.</returns>
    public async Task<bool> EnterAsync(ulong sourceId, CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource<bool>> waiter;
        Source source;
        lock (_lock)
        {
            if (_admitted < concurrency)
            {
                _admitted++;
                return true;
            }

            source = _sources.FirstOrDefault(source => source.Id == sourceId) ?? new Source(sourceId);
            if (_waiting == capacity && !TryDisplace(source.Waiters.Count))
            {
                return false;
            }

            if (source.Waiters.Count == 0)
            {
                _sources.AddLast(source);
            }

            waiter = source.Waiters.AddLast(new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
            _waiting++;
        }

        await using var registration = cancellationToken.Register(() => Cancel(source, waiter, cancellationToken));
        return await waiter.Value.Task;
    }

    /// <summary>Passes the turn on.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (_sources.First is not { Value: var source } turn)
            {
                _admitted--;
                return;
            }

            var next = source.Waiters.First!;
            Remove(source, next);
            if (source.Waiters.Count > 0)
            {
                _sources.Remove(turn);
                _sources.AddLast(turn);
            }

            next.Value.SetResult(true);
        }
    }

    private bool TryDisplace(int waitingOfSource)
    {
        if (_sources.MaxBy(static source => source.Waiters.Count) is not { } longest || longest.Waiters.Count <= waitingOfSource + 1)
        {
            return false;
        }

        var newest = longest.Waiters.Last!;
        Remove(longest, newest);
        newest.Value.SetResult(false);
        return true;
    }

    private void Cancel(Source source, LinkedListNode<TaskCompletionSource<bool>> waiter, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // Otherwise it has its answer already.
            if (waiter.List is not null)
            {
                Remove(source, waiter);
                waiter.Value.SetCanceled(cancellationToken);
            }
        }
    }

    private void Remove(Source source, LinkedListNode<TaskCompletionSource<bool>> waiter)
    {
        source.Waiters.Remove(waiter);
        _waiting--;
        if (source.Waiters.Count == 0)
        {
            _sources.Remove(source);
        }
    }

    private sealed class Source(ulong id)
    {
        public ulong Id { get; } = id;

        public LinkedList<TaskCompletionSource<bool>> Waiters { get; } = [];
    }
}
