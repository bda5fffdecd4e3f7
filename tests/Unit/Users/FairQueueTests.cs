using Gatehouse.Users;

namespace Gatehouse.Tests.Unit.Users;

/// <summary>The order in which waiting callers get their turns.</summary>
public sealed class FairQueueTests
{
    private readonly List<string> _turns = [];
    private readonly FairQueue _queue = new(concurrency: 1, capacity: 4);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sources_TakeTurns()
    {
        Assert.True(await _queue.EnterAsync(0, Cancellation));
        Task[] waiting = [WaitAsync(1, "a1"), WaitAsync(1, "a2"), WaitAsync(1, "a3"), WaitAsync(2, "b1")];

        _queue.Leave();
        await Task.WhenAll(waiting);

        Assert.Equal(["a1", "b1", "a2", "a3"], _turns);
        Assert.Equal(0, _queue.Waiting);
    }

    [Fact]
    public async Task FullQueue_DisplacesTheNewestOfTheLongestSource()
    {
        Assert.True(await _queue.EnterAsync(0, Cancellation));
        Task[] waiting = [WaitAsync(1, "a1"), WaitAsync(1, "a2"), WaitAsync(1, "a3"), WaitAsync(1, "a4"), WaitAsync(2, "b1"), WaitAsync(3, "c1")];

        _queue.Leave();
        await Task.WhenAll(waiting);

        Assert.Equal(["a3 refused", "a4 refused"], _turns.Where(static turn => turn.EndsWith("refused", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(["a1", "b1", "c1", "a2"], _turns.Where(static turn => turn.Length == 2));
    }

    [Fact]
    public async Task FullQueue_RefusesTheSourceWithTheMost()
    {
        Assert.True(await _queue.EnterAsync(0, Cancellation));
        Task[] waiting = [WaitAsync(1, "a1"), WaitAsync(2, "b1"), WaitAsync(3, "c1"), WaitAsync(4, "d1")];

        Assert.False(await _queue.EnterAsync(1, Cancellation));
        Assert.False(await _queue.EnterAsync(5, Cancellation));

        _queue.Leave();
        await Task.WhenAll(waiting);
        Assert.Equal(["a1", "b1", "c1", "d1"], _turns);
    }

    [Fact]
    public async Task CanceledWaiter_LeavesItsPlace()
    {
        Assert.True(await _queue.EnterAsync(0, Cancellation));
        using var caller = new CancellationTokenSource();
        var canceled = _queue.EnterAsync(1, caller.Token);
        var waiting = WaitAsync(1, "a2");

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled);
        _queue.Leave();
        await waiting;
        Assert.Equal(["a2"], _turns);
        Assert.True(await _queue.EnterAsync(0, Cancellation));
    }

    private async Task WaitAsync(ulong source, string name)
    {
        var isAdmitted = await _queue.EnterAsync(source, Cancellation);
        lock (_turns)
        {
            _turns.Add(isAdmitted ? name : $"{name} refused");
        }

        if (isAdmitted)
        {
            _queue.Leave();
        }
    }
}
