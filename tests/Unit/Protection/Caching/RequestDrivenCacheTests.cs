using Gatehouse.Protection.Caching;

namespace Gatehouse.Tests.Unit.Protection.Caching;

public sealed class RequestDrivenCacheTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly WatchedTimeProvider _time = new();
    private readonly Queue<TaskCompletionSource<string>> _loads = new();
    private readonly SemaphoreSlim _started = new(0);
    private readonly List<Exception> _failures = [];
    private readonly RequestDrivenCacheOptions _options;
    private RequestDrivenCache<string> _cache;
    private int _loadCount;

    public RequestDrivenCacheTests()
    {
        _options = new RequestDrivenCacheOptions
        {
            RefreshAfter = 5 * Minute,
            WaitAfter = 15 * Minute,
            RetryAfterFailure = TimeSpan.FromSeconds(10),
            LoadTimeout = TimeSpan.FromSeconds(20),
            OnFailure = _failures.Add,
        };
        _cache = new RequestDrivenCache<string>(LoadAsync, _options, _time);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _started.Dispose();

    [Fact]
    public async Task FirstRequests_WaitForOneLoad()
    {
        var waiting = Enumerable.Range(0, 100).Select(_ => _cache.GetAsync(Cancellation).AsTask()).ToArray();
        var load = await NextLoadAsync();
        load.SetResult("a");

        Assert.All(await Task.WhenAll(waiting), static value => Assert.Equal("a", value));
        Assert.Equal(1, _loadCount);
    }

    [Fact]
    public async Task FreshValue_IsReturned_WithoutALoad()
    {
        await FillAsync("a");
        _time.Advance(5 * Minute - TimeSpan.FromSeconds(1));

        Assert.True(_cache.TryGet(out var value));
        Assert.Equal("a", value);
        Assert.Equal(1, _loadCount);
    }

    [Fact]
    public async Task OlderValue_IsReturned_WhileABackgroundLoadRuns()
    {
        await FillAsync("a");
        _time.Advance(6 * Minute);

        Assert.Equal("a", await _cache.GetAsync(Cancellation));
        Assert.Equal("a", await _cache.GetAsync(Cancellation));
        (await NextLoadAsync()).SetResult("b");

        await ReadUntilAsync("b");
        Assert.Equal(2, _loadCount);
    }

    [Fact]
    public async Task ExpiredValue_MakesRequestsWaitForTheLoad()
    {
        await FillAsync("a");
        _time.Advance(15 * Minute);

        Assert.False(_cache.TryGet(out _));
        var waiting = _cache.GetAsync(Cancellation).AsTask();
        Assert.False(waiting.IsCompleted);
        (await NextLoadAsync()).SetResult("b");
        Assert.Equal("b", await waiting);
    }

    [Fact]
    public async Task FailedLoad_WithAValue_ReturnsTheValue_AndPausesBeforeARetry()
    {
        await FillAsync("a");
        _time.Advance(20 * Minute);
        var waiting = _cache.GetAsync(Cancellation).AsTask();
        (await NextLoadAsync()).SetException(new InvalidOperationException("down"));
        Assert.Equal("a", await waiting);

        Assert.Equal("a", await _cache.GetAsync(Cancellation));
        Assert.Equal(2, _loadCount);
        Assert.Single(_failures);

        _time.Advance(TimeSpan.FromSeconds(10));
        waiting = _cache.GetAsync(Cancellation).AsTask();
        (await NextLoadAsync()).SetResult("b");
        Assert.Equal("b", await waiting);
    }

    [Fact]
    public async Task FailedLoad_WithBackgroundRetries_MakesNoRequestWaitForThem()
    {
        _cache = new RequestDrivenCache<string>(LoadAsync, _options with { RetryInBackgroundFor = 15 * Minute }, _time);
        await FillAsync("a");
        _time.Advance(20 * Minute);
        var waiting = _cache.GetAsync(Cancellation).AsTask();
        (await NextLoadAsync()).SetException(new InvalidOperationException("down"));
        Assert.Equal("a", await waiting);

        // Now the source hangs: the load starts and does not end.
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("a", await _cache.GetAsync(Cancellation));
        var hanging = await NextLoadAsync();
        Assert.Equal("a", await _cache.GetAsync(Cancellation));
        Assert.False(_cache.TryGet(out _));

        hanging.SetResult("b");
        await ReadUntilAsync("b");
        Assert.Equal(3, _loadCount);
    }

    [Fact]
    public async Task FailedLoad_AfterTheRetryPeriod_MakesRequestsWaitAgain()
    {
        _cache = new RequestDrivenCache<string>(LoadAsync, _options with { RetryInBackgroundFor = 15 * Minute }, _time);
        await FillAsync("a");
        _time.Advance(20 * Minute);
        var waiting = _cache.GetAsync(Cancellation).AsTask();
        (await NextLoadAsync()).SetException(new InvalidOperationException("down"));
        await waiting;

        // The instance was idle meanwhile.
        _time.Advance(15 * Minute);
        waiting = _cache.GetAsync(Cancellation).AsTask();
        (await NextLoadAsync()).SetResult("b");
        Assert.Equal("b", await waiting);
    }

    [Fact]
    public async Task FailedLoad_WithoutAValue_IsThrownToAllRequests_UntilARetry()
    {
        var waiting = _cache.GetAsync(Cancellation).AsTask();
        (await NextLoadAsync()).SetException(new InvalidOperationException("down"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => waiting);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _cache.GetAsync(Cancellation).AsTask());
        Assert.Equal(1, _loadCount);

        _time.Advance(TimeSpan.FromSeconds(10));
        waiting = _cache.GetAsync(Cancellation).AsTask();
        (await NextLoadAsync()).SetResult("a");
        Assert.Equal("a", await waiting);
    }

    [Fact]
    public async Task Load_BeyondItsTimeLimit_Fails()
    {
        var waiting = _cache.GetAsync(Cancellation).AsTask();
        await NextLoadAsync();
        _time.Advance(TimeSpan.FromSeconds(20));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task CanceledCaller_DoesNotCancelTheLoad()
    {
        using var impatient = new CancellationTokenSource();
        var gone = _cache.GetAsync(impatient.Token).AsTask();
        var waiting = _cache.GetAsync(Cancellation).AsTask();
        var load = await NextLoadAsync();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);

        load.SetResult("a");

        Assert.Equal("a", await waiting);
    }

    [Fact]
    public async Task ForcedRefresh_LoadsAtMostOnceInItsInterval()
    {
        await FillAsync("a");
        var forced = _cache.RefreshAsync(Minute, Cancellation).AsTask();
        var joined = _cache.RefreshAsync(Minute, Cancellation).AsTask();
        (await NextLoadAsync()).SetResult("b");
        Assert.Equal("b", await forced);
        Assert.Equal("b", await joined);

        Assert.Equal("b", await _cache.RefreshAsync(Minute, Cancellation));
        Assert.Equal(2, _loadCount);

        _time.Advance(Minute);
        forced = _cache.RefreshAsync(Minute, Cancellation).AsTask();
        (await NextLoadAsync()).SetResult("c");
        Assert.Equal("c", await forced);
    }

    [Fact]
    public async Task CallerWithAnOldValue_UsesAConcurrentLoad_WithoutASecondOne()
    {
        await FillAsync("a");
        _time.Advance(20 * Minute);

        // The caller holds the old value, and another caller's load starts and ends before it reads the clock.
        _time.OnNextTimestamp(() => FillAsync("b").GetAwaiter().GetResult());

        Assert.Equal("b", await _cache.GetAsync(Cancellation));
        Assert.Equal(2, _loadCount);
    }

    [Fact]
    public async Task Age_IsTheTimeSinceTheLoad()
    {
        Assert.Null(_cache.Age);
        await FillAsync("a");
        _time.Advance(Minute);

        Assert.Equal(Minute, _cache.Age);
    }

    private async Task FillAsync(string value)
    {
        var waiting = _cache.GetAsync(Cancellation).AsTask();
        (await NextLoadAsync()).SetResult(value);
        await waiting;
    }

    private async Task ReadUntilAsync(string expected)
    {
        while (await _cache.GetAsync(Cancellation) != expected)
        {
            await Task.Yield();
        }
    }

    private async Task<TaskCompletionSource<string>> NextLoadAsync()
    {
        await _started.WaitAsync(Cancellation);
        lock (_loads)
        {
            return _loads.Dequeue();
        }
    }

    private Task<string> LoadAsync(string? previous, CancellationToken cancellationToken)
    {
        var load = new TaskCompletionSource<string>();
        cancellationToken.Register(() => load.TrySetCanceled(cancellationToken));
        Interlocked.Increment(ref _loadCount);
        lock (_loads)
        {
            _loads.Enqueue(load);
        }

        _started.Release();
        return load.Task;
    }
}
