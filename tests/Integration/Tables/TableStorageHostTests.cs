using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Gatehouse.Storage;
using Gatehouse.Storage.Tables;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.LocalHost;
using Gatehouse.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gatehouse.Tests.Integration.Tables;

/// <summary>What a caller sees of Table Storage: nothing while it works, and a 503 in time while it does not.</summary>
public sealed class TableStorageHostTests : GatehouseTest
{
    private Azurite _azurite = null!;
    private StorageProxy _proxy = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public override async ValueTask InitializeAsync()
    {
        _azurite = await Azurite.GetAsync();
        _proxy = await StorageProxy.StartAsync(_azurite);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    private protected override GatehouseHostOptions CreateOptions()
    {
        var delay = DelayStrategy.CreateFixedDelayStrategy(TimeSpan.FromMilliseconds(1));
        var tables = new TableServiceClient(_azurite.ConnectionStringAt(_proxy.Uri), TableStorageServiceCollectionExtensions.CreateClientOptions(delay));
        var blobs = new BlobServiceClient(_azurite.ConnectionStringAt(_proxy.Uri), TableStorageServiceCollectionExtensions.CreateBlobClientOptions(delay));
        return new GatehouseHostOptions
        {
            UsesTables = true,
            Configure = builder => builder.Services.Replace(ServiceDescriptor.Singleton(tables)).Replace(ServiceDescriptor.Singleton(blobs)),
        };
    }

    [Fact]
    public async Task EveryRoute_StorageUnreachable_IsServiceUnavailableWithRetryAfter()
    {
        var tokens = await Host.SignInAsAsync("admin");
        _proxy.Fail(StorageFault.ResetBefore, static _ => true);

        await AssertUnavailableAsync(await Host.GetAsync("/api/products", tokens.AccessToken));
        await AssertUnavailableAsync(await Host.GetAsync("/api/products/0123456789abcdef0123456789abcdef", tokens.AccessToken));
        await AssertUnavailableAsync(await Host.GetAsync("/users/ada", tokens.AccessToken));
        await AssertUnavailableAsync(await Host.Client.PostAsJsonAsync("/authenticate", new { username = "ada", password = "x" }, Cancellation));
        await AssertUnavailableAsync(await Host.PostFormAsync("/token", ("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!)));
        await AssertUnavailableAsync(await Host.SendAsync(HttpMethod.Post, "/logout", tokens.AccessToken));

        var health = await Host.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Contains("\"storage\":\"Table Storage can", await health.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revocations_NeverRead_AreUnhealthy_FromTheFirstSecondOn()
    {
        _proxy.Fail(StorageFault.ResetBefore, static _ => true);

        using var health = await Host.GetAsync("/health/ready");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Contains("\"revocations\":\"The revocation feed was never read", await health.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StorageReachableAgain_RequestsSucceed()
    {
        var tokens = await Host.SignInAsAsync("viewer");
        _proxy.Fail(StorageFault.ServerBusy, static _ => true);
        await AssertUnavailableAsync(await Host.PostFormAsync("/token", ("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!)));

        _proxy.Intercept = null;

        var refreshed = await Host.PostFormAsync("/token", ("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!));
        Assert.Equal(HttpStatusCode.OK, refreshed.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Host.GetAsync("/api/products", tokens.AccessToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Host.GetAsync("/health/ready")).StatusCode);
    }

    [Fact]
    public async Task SilentStorage_IsWaitedForNoLongerThanTheLimit()
    {
        var tokens = await Host.SignInAsAsync("viewer");
        var arrived = new TaskCompletionSource();
        _proxy.Intercept = async (_, context) =>
        {
            arrived.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
            return true;
        };

        var listing = Host.GetAsync("/api/products", tokens.AccessToken);
        await arrived.Task;
        Host.Time.Advance(StorageCall.TimeLimit);

        await AssertUnavailableAsync(await listing);
    }

    [Fact]
    public async Task FailedSignIns_CostOneReadAndOneWrite_ForEveryReason()
    {
        var users = Host.Services.GetRequiredService<IUserStore>();
        await Host.AddUserAsync("ada", "admin");
        var disabled = await Host.AddUserAsync("eve", "viewer");
        var lockedOut = await Host.AddUserAsync("bob", "viewer");
        await users.TryReplaceAsync(disabled with { IsEnabled = false }, Cancellation);
        var expired = await Host.AddUserAsync("tim", "viewer");
        await users.TryReplaceAsync(expired with { PasswordExpiresAt = Host.Time.GetUtcNow() }, Cancellation);
        await users.TryReplaceAsync(lockedOut with { SignIns = SignInHistory.Empty with { StrangersEmptyAt = Host.Time.GetUtcNow().AddDays(3) } }, Cancellation);

        // The first sign-in looks for an administrator, the first write for nobody may meet no table.
        await Host.SignInAsync("ada");
        await FailAsync("nobody", "x");

        foreach (var (name, password) in new[] { ("ada", "x"), ("nobody", "x"), ("another", GatehouseHost.Password), ("eve", "x"), ("eve", GatehouseHost.Password), ("bob", "x"), ("bob", GatehouseHost.Password), ("tim", "x"), ("tim", GatehouseHost.Password) })
        {
            Assert.Equal(["read", "write"], await FailAsync(name, password));
        }

        async Task<string[]> FailAsync(string name, string password)
        {
            var requests = new ConcurrentQueue<string>();
            _proxy.Intercept = (_, context) =>
            {
                requests.Enqueue(HttpMethods.IsGet(context.Request.Method) ? "read" : "write");
                return Task.FromResult(false);
            };
            using var response = await Host.Client.PostAsJsonAsync("/authenticate", new { username = name, password }, Cancellation);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            return [.. requests];
        }
    }

    [Fact]
    public async Task SlowStorage_ManyAnswersInARow_AreWaitedForNoLongerThanTheBudgetInAll()
    {
        var tokens = await Host.SignInAsAsync("admin");
        await Host.AddUserAsync("ada", "admin");
        var before = Host.Time.GetUtcNow();

        // None takes as long as one may, and the removal makes more than ten.
        _proxy.Intercept = (_, _) =>
        {
            Host.Time.Advance(TimeSpan.FromSeconds(2.5));
            return Task.FromResult(false);
        };

        await AssertUnavailableAsync(await Host.SendAsync(HttpMethod.Delete, "/users/ada", tokens.AccessToken, ifMatch: "*"));

        Assert.InRange(Host.Time.GetUtcNow() - before, StorageBudget.Total, StorageBudget.Total + TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a#b")]
    [InlineData("a?b%2F")]
    [InlineData("o'brien")]
    [InlineData("' or PartitionKey ne '")]
    [InlineData("žluťoučký-kůň-馬-🐎")]
    public async Task AwkwardUserName_WorksAsAnyOther(string name)
    {
        await Host.AddUserAsync(name, "admin");
        var tokens = await Host.SignInAsync(name);

        var user = await Host.GetAsync($"/users/{Uri.EscapeDataString("admin-to-be")}", tokens.AccessToken);

        Assert.Equal(HttpStatusCode.NotFound, user.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Host.GetAsync("/me", tokens.AccessToken)).StatusCode);
    }

    [Fact]
    public async Task LongestUserName_Works_AndALongerOneIsRefusedWithAFieldError()
    {
        await Host.AddUserAsync(new string('馬', 128), "admin");
        var tokens = await Host.SignInAsync(new string('馬', 128));

        var refused = await Host.SendAsync(HttpMethod.Post, "/users", tokens.AccessToken, JsonContent.Create(new { username = new string('馬', 129), password = GatehouseHost.Password, roles = Array.Empty<string>() }));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("username", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Tea' or 'a' eq 'a")]
    [InlineData("' ne '")]
    [InlineData("a/b\\c#d?e")]
    public async Task AwkwardCategoryAndSearch_FindNothingElse(string text)
    {
        var tokens = await Host.SignInAsAsync("editor");
        var created = await Host.SendAsync(HttpMethod.Post, "/api/products", tokens.AccessToken, JsonContent.Create(new { name = text, category = text, price = 1, currency = "EUR" }));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        await Host.SendAsync(HttpMethod.Post, "/api/products", tokens.AccessToken, JsonContent.Create(new { name = "Kettle", category = "Kitchen", price = 1, currency = "EUR" }));

        foreach (var parameter in (string[])["category", "search"])
        {
            var listed = await Host.GetAsync($"/api/products?{parameter}={Uri.EscapeDataString(text)}", tokens.AccessToken);
            var body = await listed.Content.ReadAsStringAsync(Cancellation);
            Assert.Equal(HttpStatusCode.OK, listed.StatusCode);
            Assert.DoesNotContain("Kettle", body, StringComparison.Ordinal);
            Assert.Contains("\"items\":[{", body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task HotList_DoesNotReadTheStorageEachTime()
    {
        var tokens = await Host.SignInAsAsync("viewer");
        await Host.GetAsync("/api/products", tokens.AccessToken);
        var before = _proxy.Requests;

        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await Host.GetAsync("/api/products", tokens.AccessToken)).StatusCode);
        }

        Assert.Equal(before, _proxy.Requests);
    }

    [Fact]
    public async Task Demo_OnAzurite_ListsItsProducts()
    {
        using var folder = new TemporaryFolder();
        await using var host = await HostProcess.StartAsync(
            folder.Path,
            "--storage",
            "tables",
            $"--Storage:ConnectionString={_azurite.ConnectionString}",
            $"--Storage:TablePrefix={Azurite.CreatePrefix()}");
        using var client = await DemoEnvironment.SignInAsync(host, folder.Path, "viewer");

        Assert.Contains("\"items\":[{", await client.GetStringAsync("/api/products", Cancellation), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder.Path, ".local", "gatehouse.db")));
    }

    [Fact]
    public async Task Start_NothingListensAtTheStorage_SaysSo()
    {
        using var folder = new TemporaryFolder();

        var result = await HostProcess.RunAsync(
            folder.Path,
            ["--urls", "http://127.0.0.1:0", "--storage", "tables", "--Storage:ConnectionString=DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;TableEndpoint=http://127.0.0.1:1/a;BlobEndpoint=http://127.0.0.1:1/a;"]);

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("gatehouse: Table Storage did not", result.Errors, StringComparison.Ordinal);
        Assert.Contains("Storage:ConnectionString", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("YQ==", result.Errors, StringComparison.Ordinal);
    }

    private static async Task AssertUnavailableAsync(HttpResponseMessage response)
    {
        using (response)
        {
            Assert.True(response.StatusCode == HttpStatusCode.ServiceUnavailable, $"{response.RequestMessage!.RequestUri}: {response.StatusCode} {await response.Content.ReadAsStringAsync(Cancellation)}");
            Assert.NotNull(response.Headers.RetryAfter);
        }
    }
}
