using Gatehouse.Products;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.Worker;

/// <summary>Apps that do not stop when they are told to.</summary>
public sealed class FunctionHostStopTests : IAsyncDisposable
{
    private readonly WorkerApp _app = new();
    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource _stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _end = new();

    [Fact]
    public async Task HostedServiceThatDoesNotStop_EndsTheDispose_WithAnError()
    {
        var host = await StartAsync(services => services.AddHostedService(_ => new StuckService(Block)));

        await AssertGivesUpAsync(host);
    }

    [Fact]
    public async Task CallbackThatBlocks_EndsTheDispose_WithAnError()
    {
        var host = await StartAsync();
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(Block);

        await AssertGivesUpAsync(host);
    }

    public async ValueTask DisposeAsync()
    {
        // Lets the app's thread end.
        _end.Set();
        await _app.DisposeAsync();
    }

    private async Task AssertGivesUpAsync(FunctionHost.FunctionHost host)
    {
        var disposing = host.DisposeAsync().AsTask();
        await _stopping.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(disposing.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(20));

        var failure = await Assert.ThrowsAsync<TimeoutException>(() => disposing);
        Assert.Equal("Gatehouse did not stop within 00:00:20. A hosted service or a callback of ApplicationStopping does not end.", failure.Message);
    }

    private void Block()
    {
        _stopping.TrySetResult();
        _end.Wait(CancellationToken.None);
    }

    private async Task<FunctionHost.FunctionHost> StartAsync(Action<IServiceCollection>? configure = null)
    {
        var settings = await _app.CreateSettingsAsync();
        return await FunctionHost.FunctionHost.StartAsync<Product>(
            options =>
            {
                foreach (var (name, value) in settings)
                {
                    options.Settings[name] = value;
                }

                options.Time = _time;
                options.StopTimeout = TimeSpan.FromSeconds(20);
                options.ConfigureServices(configure ?? (static _ => { }));
            },
            TestContext.Current.CancellationToken);
    }

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
