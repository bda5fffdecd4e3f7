using System.Net;
using System.Text.Json;
using Azure.Storage.Blobs;
using Gatehouse.Backup;
using Gatehouse.Products;
using Gatehouse.Storage;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.Worker;

/// <summary>The function app in this process: replaced services, settings and time, several hosts, failures, hang-ups.</summary>
public sealed class FunctionHostTests : IAsyncDisposable
{
    private readonly WorkerApp _app = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Time_IsTheTests()
    {
        var now = new DateTimeOffset(2031, 5, 6, 7, 8, 9, TimeSpan.Zero);
        await using var host = await WorkerApp.StartAsync(
            await _app.CreateSettingsAsync(),
            services => services.AddSingleton<TimeProvider>(new FakeTimeProvider(now)));

        using var response = await host.Client.PostAsync("/token", ClientCredentials(), Cancellation);

        var token = (await Hosting.Tokens.ReadAsync(response)).AccessToken;
        Assert.Equal(now.ToUnixTimeSeconds(), ReadClaim(token, "iat").GetInt64());
    }

    [Fact]
    public async Task TwoHosts_RunSideBySide_WithSettingsOfTheirOwn()
    {
        var settings = await _app.CreateSettingsAsync();
        await using var first = await WorkerApp.StartAsync(settings);
        settings["Tokens__Issuer"] = "https://second.example.com";
        await using var second = await WorkerApp.StartAsync(settings);

        Assert.Equal(WorkerApp.Issuer, await ReadIssuerAsync(first));
        Assert.Equal("https://second.example.com", await ReadIssuerAsync(second));
        Assert.NotSame(first.Services, second.Services);
    }

    [Fact]
    public async Task Timer_MakesABackup_InTheStorageForBackups()
    {
        var settings = await _app.CreateSettingsAsync();
        var backups = new BlobServiceClient(settings["Storage__ConnectionString"]).GetBlobContainerClient(Azurite.CreatePrefix());
        await backups.CreateAsync(cancellationToken: Cancellation);
        await using var host = await WorkerApp.StartAsync(new Dictionary<string, string>(settings)
        {
            ["Backup__ConnectionString"] = settings["Storage__ConnectionString"],
            ["Backup__Container"] = backups.Name,
        });

        await host.InvokeAsync("BackUp", cancellationToken: Cancellation);

        Assert.Equal(["Clients", "Products", "RefreshTokens", "Users"], Assert.Single(await BackupBlobs.ListAsync(backups, Cancellation)).Entities.Keys);
    }

    [Fact]
    public async Task AppWithoutARequiredSetting_EndsTheStart_WithItsOwnException()
    {
        var settings = await _app.CreateSettingsAsync();
        settings["Tokens__AccessTokenLifetime"] = "00:00:01";

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => WorkerApp.StartAsync(settings));

        Assert.StartsWith("Gatehouse ended at its start: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Tokens:AccessTokenLifetime must be between", failure.Message, StringComparison.Ordinal);
        Assert.IsType<OptionsValidationException>(failure.InnerException);
    }

    [Fact]
    public async Task Start_LeavesTheProcessAsItWas()
    {
        var entryAssembly = System.Reflection.Assembly.GetEntryAssembly();
        var environment = Environment.GetEnvironmentVariable("AZURE_FUNCTIONS_ENVIRONMENT");

        await using var host = await WorkerApp.StartAsync(await _app.CreateSettingsAsync());

        Assert.Equal(environment, Environment.GetEnvironmentVariable("AZURE_FUNCTIONS_ENVIRONMENT"));
        Assert.Equal(entryAssembly, System.Reflection.Assembly.GetEntryAssembly());
    }

    [Fact]
    public async Task CallerThatHangsUp_CancelsTheInvocation()
    {
        var store = new StuckProductStore();
        await using var host = await WorkerApp.StartAsync(await _app.CreateSettingsAsync(), services => services.AddSingleton<IProductStore>(store));
        using var response = await host.Client.PostAsync("/token", ClientCredentials(), Cancellation);
        host.Client.DefaultRequestHeaders.Authorization = new("Bearer", (await Hosting.Tokens.ReadAsync(response)).AccessToken);

        using var caller = new CancellationTokenSource();
        var reading = host.Client.GetAsync("/api/products/0123456789abcdef0123456789abcdef", caller.Token);
        await store.Entered.WaitAsync(Cancellation);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await store.Canceled.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task InvokeAsync_OfAnHttpFunction_IsRefused()
    {
        await using var host = await WorkerApp.StartAsync(await _app.CreateSettingsAsync());

        var http = await Assert.ThrowsAsync<ArgumentException>(() => host.InvokeAsync("Authenticate", cancellationToken: Cancellation));
        var unknown = await Assert.ThrowsAsync<ArgumentException>(() => host.InvokeAsync("Nothing", cancellationToken: Cancellation));

        Assert.StartsWith("HTTP triggers the function Authenticate. Send a request with Client.", http.Message, StringComparison.Ordinal);
        Assert.StartsWith("There is no function Nothing. The app has ", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_StopsTheApp()
    {
        var host = await WorkerApp.StartAsync(await _app.CreateSettingsAsync());
        var stopped = host.Services.GetRequiredService<Microsoft.Extensions.Hosting.IHostApplicationLifetime>().ApplicationStopped;
        var url = host.Url;

        await host.DisposeAsync();

        Assert.True(stopped.IsCancellationRequested);
        using var client = new HttpClient { BaseAddress = url };
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("/health", Cancellation));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static FormUrlEncodedContent ClientCredentials() => new(new Dictionary<string, string>
    {
        ["grant_type"] = "client_credentials",
        ["client_id"] = GatehouseHost.ClientId,
        ["client_secret"] = GatehouseHost.ClientSecret,
    });

    private static JsonElement ReadClaim(string token, string name) =>
        JsonElement.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1])).GetProperty(name);

    private static async Task<string?> ReadIssuerAsync(FunctionHost.FunctionHost host)
    {
        using var response = await host.Client.GetAsync("/.well-known/oauth-authorization-server", Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.ReadJsonAsync()).GetProperty("issuer").GetString();
    }

    /// <summary>A store whose point read waits until it is canceled.</summary>
    private sealed class StuckProductStore : IProductStore
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _canceled = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Entered => _entered.Task;

        public Task Canceled => _canceled.Task;

        public async Task<Product?> FindAsync(string id, CancellationToken cancellationToken)
        {
            await using var registration = cancellationToken.Register(_canceled.SetResult);
            _entered.SetResult();
            await _canceled.Task;
            throw new OperationCanceledException(cancellationToken);
        }

        public Task<Page<Product>> ListAsync(ProductQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Product> AddAsync(Product product, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Product?> TryReplaceAsync(Product product, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> TryRemoveAsync(string id, string version, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
