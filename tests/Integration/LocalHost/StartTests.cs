using System.Net;
using System.Text.Json;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.LocalHost;

public sealed class StartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SecondStart_OnAnotherPort_KeepsAllAndCorrectsTheUrl()
    {
        IReadOnlyDictionary<string, string> demo;
        JsonElement[] products;
        await using (var first = await HostProcess.StartAsync(_folder.Path))
        {
            using var viewer = await DemoEnvironment.SignInAsync(first, _folder.Path, "viewer");
            demo = DemoEnvironment.Read(_folder.Path);
            products = await ListProductsAsync(viewer);
            await first.TerminateAsync();
            await first.WaitForExitAsync();
        }

        await using var second = await HostProcess.StartAsync(_folder.Path);

        var after = DemoEnvironment.Read(_folder.Path);
        Assert.Equal(second.Url, new Uri(after["GATEHOUSE_URL"]));
        Assert.Equal(demo.Where(static entry => entry.Key != "GATEHOUSE_URL"), after.Where(static entry => entry.Key != "GATEHOUSE_URL"));
        await second.WaitForOutputAsync("as before");
        using var client = await DemoEnvironment.SignInAsync(second, _folder.Path, "viewer");
        Assert.Equal(products.Select(static product => product.GetRawText()), (await ListProductsAsync(client)).Select(static product => product.GetRawText()));
    }

    [Fact]
    public async Task Start_AfterTheFileWithThePasswordsWasRemoved_ReplacesNoPassword()
    {
        IReadOnlyDictionary<string, string> before;
        await using (var first = await HostProcess.StartAsync(_folder.Path))
        {
            before = DemoEnvironment.Read(_folder.Path);
        }

        File.Delete(DemoEnvironment.FileIn(_folder.Path));
        await using var second = await HostProcess.StartAsync(_folder.Path);

        Assert.Equal(["GATEHOUSE_URL", "CLIENT_SECRET", "CLIENT_ID"], DemoEnvironment.Read(_folder.Path).Keys);
        using var client = new HttpClient { BaseAddress = second.Url };
        using var response = await client.PostAsync("/authenticate", SizedJson.Create(new { username = "viewer", password = before["VIEWER_PASSWORD"] }), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Start_WithoutTheDemo_MakesNoUsersAndNoFile()
    {
        await using var host = await HostProcess.StartAsync(_folder.Path, "--no-demo");

        Assert.False(File.Exists(DemoEnvironment.FileIn(_folder.Path)));
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, ".local", "keys", "demo-client")));
        Assert.True(File.Exists(Path.Combine(_folder.Path, ".local", "gatehouse.db")));
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<JsonElement[]> ListProductsAsync(HttpClient client)
    {
        using var response = await client.GetAsync("/api/products?pageSize=100", Cancellation);
        response.EnsureSuccessStatusCode();
        return [.. (await response.ReadJsonAsync()).GetProperty("items").EnumerateArray()];
    }
}
