using System.Net.Http.Headers;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.LocalHost;

/// <summary>Several processes may use one data folder, as several instances in Azure use one storage.</summary>
public sealed class SharedFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_folder.Path, ".local");

    [Fact]
    public async Task TwoProcesses_StartingAtOnceOverANewFolder_MakeOneKeyAndOneDemo_AndTakeEachOthersTokens()
    {
        const string issuer = "--Tokens:Issuer=http://localhost:7071";

        var hosts = await Task.WhenAll(HostProcess.StartAsync(_folder.Path, issuer), HostProcess.StartAsync(_folder.Path, issuer));
        await using var first = hosts[0];
        await using var second = hosts[1];

        Assert.Single(Directory.EnumerateFiles(Path.Combine(Data, "keys", "jwt-signing-key")));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(Data, "keys", "demo-client")));
        using var ofFirst = await DemoEnvironment.SignInAsync(first, _folder.Path, "viewer");
        using var ofSecond = await DemoEnvironment.SignInAsync(second, _folder.Path, "editor");
        Assert.Equal(60, await CountProductsAsync(first, ofSecond.DefaultRequestHeaders.Authorization));
        Assert.Equal(60, await CountProductsAsync(second, ofFirst.DefaultRequestHeaders.Authorization));
    }

    [Fact]
    public async Task Start_WhileAnotherProcessStarts_WaitsForItsTurn()
    {
        Directory.CreateDirectory(Data);
        await using var held = new FileStream(Path.Combine(Data, "start.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        await using var host = HostProcess.Launch(_folder.Path, "--no-demo");

        await host.WaitForOutputAsync($"Another process is starting over {Data}. Waiting for it.");
        Assert.False(File.Exists(Path.Combine(Data, "gatehouse.db")));
        await held.DisposeAsync();

        await host.WaitUntilItListensAsync();
    }

    [Fact]
    public async Task Start_AfterAProcessWasKilledWhileItStarted_DoesNotWait()
    {
        // A lock file is left behind, and no process holds it.
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "start.lock"), "", Cancellation);

        await using var host = await HostProcess.StartAsync(_folder.Path, "--no-demo");

        Assert.DoesNotContain(host.Output, static line => line.Contains("Waiting", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<int> CountProductsAsync(HostProcess host, AuthenticationHeaderValue? authorization)
    {
        using var client = new HttpClient { BaseAddress = host.Url };
        client.DefaultRequestHeaders.Authorization = authorization;
        using var response = await client.GetAsync("/api/products?pageSize=100", Cancellation);
        response.EnsureSuccessStatusCode();
        return (await response.ReadJsonAsync()).GetProperty("items").GetArrayLength();
    }
}
