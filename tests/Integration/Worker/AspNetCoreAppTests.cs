using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Apps.AspNetCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.Worker;

/// <summary>An app with ASP.NET Core integration in this process: overrides, several hosts, failures, hang-ups.</summary>
public sealed class AspNetCoreAppTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SettingsServicesAndTime_AreTheTests()
    {
        await using var host = await StartAsync(static options =>
        {
            options.Settings["Greeting"] = "Hello";
            options.ConfigureServices(static services => services
                .AddSingleton<TimeProvider>(new FakeTimeProvider(new DateTimeOffset(2031, 5, 6, 7, 8, 9, TimeSpan.Zero)))
                .AddSingleton<Warehouse>(new StockOf(41)));
        });

        Assert.Equal("Hello in 2031", await host.Client.GetStringAsync("/greeting", Cancellation));
        Assert.Equal("41", await host.Client.GetStringAsync("/count", Cancellation));
        Assert.DoesNotContain(host.Logs, static log => log.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task SeveralHostsOfBothStyles_RunSideBySide_WithSettingsOfTheirOwn()
    {
        await using var first = await StartAsync(static options => options.Settings["Greeting"] = "First");
        await using var second = await StartAsync(static options => options.Settings["Greeting"] = "Second");
        await using var other = await InProcessApp<Apps.Triggers.Order>.StartAsync();

        using var orders = await other.Client.GetAsync("/orders", Cancellation);

        Assert.StartsWith("First", await first.Client.GetStringAsync("/greeting", Cancellation), StringComparison.Ordinal);
        Assert.StartsWith("Second", await second.Client.GetStringAsync("/greeting", Cancellation), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, orders.StatusCode);
    }

    [Fact]
    public async Task CallerThatHangsUp_CancelsTheRequestAndTheInvocation()
    {
        var warehouse = new StuckWarehouse();
        await using var host = await StartAsync(options => options.ConfigureServices(services => services.AddSingleton<Warehouse>(warehouse)));

        using var caller = new CancellationTokenSource();
        var reading = host.Client.GetAsync("/count", caller.Token);
        await warehouse.Entered.Task.WaitAsync(Cancellation);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await warehouse.RequestAborted.Task.WaitAsync(Cancellation);
        await warehouse.InvocationCanceled.Task.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task AppThatFailsAtItsStart_EndsTheStart_WithItsOwnException()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(static options => options.Settings["Greeting"] = ""));

        Assert.Equal("Gatehouse.Tests.Apps.AspNetCore ended at its start: Greeting must not be empty.", failure.Message);
        Assert.Equal("Greeting must not be empty.", failure.InnerException?.Message);
    }

    [Fact]
    public async Task Dispose_StopsTheAppAndItsServer()
    {
        var host = await StartAsync();
        var stopped = host.Services.GetRequiredService<Microsoft.Extensions.Hosting.IHostApplicationLifetime>().ApplicationStopped;
        using var order = await host.Client.PostAsync("/orders", JsonContent.Create(new Order(1, 2)), Cancellation);

        await host.DisposeAsync();

        Assert.True(stopped.IsCancellationRequested);
    }

    private static Task<FunctionHost.FunctionHost> StartAsync(Action<FunctionHost.FunctionHostOptions>? configure = null) => InProcessApp<Order>.StartAsync(configure);

    private sealed class StockOf(int count) : Warehouse
    {
        public override Task<int> CountAsync(CancellationToken requestAborted, CancellationToken invocationCanceled) => Task.FromResult(count);
    }

    /// <summary>Counts until the request and the invocation are canceled.</summary>
    private sealed class StuckWarehouse : Warehouse
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource RequestAborted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource InvocationCanceled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async Task<int> CountAsync(CancellationToken requestAborted, CancellationToken invocationCanceled)
        {
            await using var aborted = requestAborted.Register(RequestAborted.SetResult);
            await using var canceled = invocationCanceled.Register(InvocationCanceled.SetResult);
            Entered.SetResult();
            await Task.WhenAll(RequestAborted.Task, InvocationCanceled.Task);
            throw new OperationCanceledException(invocationCanceled);
        }
    }
}
