using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.LocalHost;

public sealed class StartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FirstStart_MakesTheDemoAndNamesItsFileButNoPassword()
    {
        await using var host = await HostProcess.StartAsync(_folder.Path);

        var demo = DemoEnvironment.Read(_folder.Path);
        Assert.Equal(["GATEHOUSE_URL", "VIEWER_PASSWORD", "EDITOR_PASSWORD", "ADMIN_PASSWORD", "CLIENT_SECRET", "CLIENT_ID"], demo.Keys);
        Assert.Equal(host.Url, new Uri(demo["GATEHOUSE_URL"]));
        await host.TerminateAsync();
        var result = await host.WaitForExitAsync();
        Assert.Contains("./.local/demo.env", result.Output, StringComparison.Ordinal);
        foreach (var secret in (string[])[demo["VIEWER_PASSWORD"], demo["EDITOR_PASSWORD"], demo["ADMIN_PASSWORD"], demo["CLIENT_SECRET"]])
        {
            Assert.DoesNotContain(secret, result.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task FirstStart_NothingIsReadableForOthers()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        await using var host = await HostProcess.StartAsync(_folder.Path);

        const UnixFileMode others = ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var data = Path.Combine(_folder.Path, ".local");
        foreach (var path in Directory.EnumerateFileSystemEntries(data, "*", SearchOption.AllDirectories).Prepend(data))
        {
            Assert.True((File.GetUnixFileMode(path) & others) == UnixFileMode.None, path);
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(DemoEnvironment.FileIn(_folder.Path)));
    }

    [Fact]
    public async Task FirstStart_ListsSixtyProductsInFiveCategories()
    {
        await using var host = await HostProcess.StartAsync(_folder.Path);
        using var client = await DemoEnvironment.SignInAsync(host, _folder.Path, "viewer");

        var products = await ListProductsAsync(client);

        Assert.Equal(60, products.Select(static product => product.GetProperty("name").GetString()).Distinct().Count());
        Assert.Equal(5, products.Select(static product => product.GetProperty("category").GetString()).Distinct().Count());
    }

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

    [Theory]
    [InlineData(".local")]
    [InlineData("it's my data")]
    public async Task Welcome_LinesPastedIntoBash_ListProducts(string data)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The lines are for a POSIX shell.");
        await using var host = await HostProcess.StartAsync(_folder.Path, "--data", data);
        await host.WaitForOutputAsync("category=Books");
        var lines = host.Output.SkipWhile(static line => !line.StartsWith("Paste", StringComparison.Ordinal)).Skip(1);

        // The program goes on writing: its welcome ends with the last line that is indented.
        var script = string.Join('\n', lines.TakeWhile(static line => line.Length == 0 || line.StartsWith("  ", StringComparison.Ordinal)));
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
        })!;
        var output = await bash.StandardOutput.ReadToEndAsync(Cancellation);
        await bash.WaitForExitAsync(Cancellation);

        Assert.Equal(0, bash.ExitCode);
        Assert.Equal(2, output.Split("\"items\":").Length - 1);
        Assert.Contains("\"category\":\"Books\"", output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<JsonElement[]> ListProductsAsync(HttpClient client)
    {
        using var response = await client.GetAsync("/api/products?pageSize=100", Cancellation);
        response.EnsureSuccessStatusCode();
        return [.. (await response.ReadJsonAsync()).GetProperty("items").EnumerateArray()];
    }
}
