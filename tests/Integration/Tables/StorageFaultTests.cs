using System.Net;
using System.Net.Sockets;
using Gatehouse.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.Tables;

/// <summary>
/// What networks and a busy storage do, at every request of every operation: what succeeded is wholly there, what failed
/// says so and is there wholly or not at all, and nothing is done twice.
/// </summary>
public sealed class StorageFaultTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private Azurite _azurite = null!;
    private StorageProxy _proxy = null!;

    public static IEnumerable<TheoryDataRow<string>> Operations => StoreOperations.All.Select(static operation => new TheoryDataRow<string>(operation.Name));

    public static IEnumerable<TheoryDataRow<string, StorageFault>> OperationsAndFaults =>
        from operation in StoreOperations.All from fault in Enum.GetValues<StorageFault>() select new TheoryDataRow<string, StorageFault>(operation.Name, fault);

    public async ValueTask InitializeAsync()
    {
        _azurite = await Azurite.GetAsync();
        _proxy = await StorageProxy.StartAsync(_azurite);
    }

    public ValueTask DisposeAsync() => _proxy.DisposeAsync();

    [Theory]
    [MemberData(nameof(OperationsAndFaults))]
    public async Task SingleFault_AtAnyRequest_IsRetried(string name, StorageFault fault) =>
        await ForEachRequestAsync(name, async (operation, stores, direct, request) =>
        {
            _proxy.Fail(fault, number => number == request);

            await operation.RunAsync(stores);

            Assert.True(await operation.IsDoneAsync(direct), $"Request {request}: not done.");
        });

    [Theory]
    [MemberData(nameof(OperationsAndFaults))]
    public async Task LastingFault_FromAnyRequestOn_IsReportedAndLeavesNothingHalfDone(string name, StorageFault fault) =>
        await ForEachRequestAsync(name, async (operation, stores, direct, request) =>
        {
            _proxy.Fail(fault, number => number >= request);

            await Assert.ThrowsAsync<StorageUnavailableException>(() => operation.RunAsync(stores));

            Assert.True(await operation.IsDoneAsync(direct) || await operation.IsUntouchedAsync(direct), $"Request {request}: half done.");
        });

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task NoAnswer_AtAnyRequest_IsGivenUpAfterTheTimeLimit(string name) =>
        await ForEachRequestAsync(name, async (operation, stores, direct, request) =>
        {
            var arrived = new TaskCompletionSource();
            _proxy.Intercept = async (number, context) =>
            {
                if (number < request)
                {
                    return false;
                }

                arrived.TrySetResult();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
                return true;
            };

            var running = operation.RunAsync(stores);
            await arrived.Task;
            _time.Advance(StorageCall.TimeLimit);

            await Assert.ThrowsAsync<StorageUnavailableException>(() => running);
            Assert.True(await operation.IsDoneAsync(direct) || await operation.IsUntouchedAsync(direct), $"Request {request}: half done.");
        });

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task LongRetryAfter_AtAnyRequest_IsReportedAtOnce(string name) =>
        await ForEachRequestAsync(name, async (operation, stores, _, request) =>
        {
            var refused = 0;
            _proxy.Intercept = (number, context) =>
            {
                if (number >= request)
                {
                    refused++;
                    context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                    context.Response.Headers.RetryAfter = "30";
                }

                return Task.FromResult(number >= request);
            };

            await Assert.ThrowsAsync<StorageUnavailableException>(() => operation.RunAsync(stores));

            Assert.Equal(1, refused);
        });

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task ConnectionRefused_IsReported(string name)
    {
        var closed = FindClosedPort();
        var stores = new TableStores(_azurite.ConnectionStringAt(closed), Azurite.CreatePrefix(), _time);

        var operation = StoreOperations.All.Single(operation => operation.Name == name);

        var exception = await Assert.ThrowsAsync<StorageUnavailableException>(() => operation.RunAsync(stores));
        Assert.Contains("Storage:AccountName", exception.Message, StringComparison.Ordinal);
    }

    private static Uri FindClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
    }

    // Each time with tables of its own, so that a request to make one gets its turn too.
    private async Task ForEachRequestAsync(string name, Func<StoreOperation, TableStores, TableStores, int, Task> test)
    {
        var operation = StoreOperations.All.Single(operation => operation.Name == name);
        _proxy.Intercept = null;
        var (stores, direct) = await PrepareAsync(operation);
        var before = _proxy.Requests;
        await operation.RunAsync(stores);
        Assert.True(await operation.IsDoneAsync(direct));
        var requests = _proxy.Requests - before;
        Assert.NotEqual(0, requests);

        for (var request = 1; request <= requests; request++)
        {
            _proxy.Intercept = null;
            (stores, direct) = await PrepareAsync(operation);
            await test(operation, stores, direct, _proxy.Requests + request);
        }
    }

    private async Task<(TableStores Stores, TableStores Direct)> PrepareAsync(StoreOperation operation)
    {
        var prefix = Azurite.CreatePrefix();
        var direct = new TableStores(_azurite.ConnectionString, prefix, _time);
        await operation.PrepareAsync(direct);
        return (new TableStores(_azurite.ConnectionStringAt(_proxy.Uri), prefix, _time), direct);
    }
}
