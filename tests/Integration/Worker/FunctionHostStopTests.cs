using Gatehouse.Tests.Apps.Triggers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.Worker;

/// <summary>Apps that do not stop when they are told to.</summary>
public sealed class FunctionHostStopTests : IDisposable
{
    private const string Blocked = "A hosted service or a callback of ApplicationStopping does not end.";

    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource _stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _end = new();

    [Fact]
    public async Task HostedServiceThatDoesNotStop_EndsTheDispose_WithAnError()
    {
        var host = await StartAsync(services => services.AddHostedService(_ => new StuckService(Block)));

        await AssertGivesUpAsync(host, Blocked);
    }

    [Fact]
    public async Task CallbackThatBlocks_EndsTheDispose_WithAnError()
    {
        var host = await StartAsync();
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(Block);

        await AssertGivesUpAsync(host, Blocked);
    }

    [Fact]
    public async Task EntryPointThatGoesOn_EndsTheDispose_WithAnError()
    {
        var host = await StartAsync(services => services.AddSingleton(_end));
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopped.Register(_stopping.SetResult);

        await AssertGivesUpAsync(host, "Its host has stopped, but its entry point has not returned.");
    }

    // Lets the app's thread end.
    public void Dispose() => _end.Set();

    private async Task AssertGivesUpAsync(FunctionHost.FunctionHost host, string reason)
    {
        var disposing = host.DisposeAsync().AsTask();
        await _stopping.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(disposing.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(20));

        var failure = await Assert.ThrowsAsync<TimeoutException>(() => disposing);
        Assert.Equal($"Gatehouse.Tests.Apps.Triggers did not stop within 00:00:20. {reason}", failure.Message);
    }

    private void Block()
    {
        _stopping.TrySetResult();
        _end.Wait(CancellationToken.None);
    }

    private Task<FunctionHost.FunctionHost> StartAsync(Action<IServiceCollection>? configure = null) => InProcessApp<Order>.StartAsync(options =>
    {
        options.Time = _time;
        options.StopTimeout = TimeSpan.FromSeconds(20);
        options.ConfigureServices(configure ?? (static _ => { }));
    });

    /// <summary>A hosted service whose stop ignores the token.</summary>
    private sealed class StuckService(Action block) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            block();
            return Task.CompletedTask;
        }
    }
}
