using System.Diagnostics;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.LocalHost;

/// <summary>The first start in an empty folder.</summary>
public sealed class FirstStartTests(DemoHost host) : IClassFixture<DemoHost>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FirstStart_MakesTheDemoAndNamesItsFileButNoPassword()
    {
        await host.Process.WaitForOutputAsync("category=Books");
        var output = string.Join('\n', host.Process.Output);

        var demo = DemoEnvironment.Read(host.Folder);
        Assert.Equal(["GATEHOUSE_URL", "VIEWER_PASSWORD", "EDITOR_PASSWORD", "ADMIN_PASSWORD", "CLIENT_SECRET", "CLIENT_ID"], demo.Keys);
        Assert.Equal(host.Process.Url, new Uri(demo["GATEHOUSE_URL"]));
        Assert.Contains("./.local/demo.env", output, StringComparison.Ordinal);
        foreach (var secret in (string[])[demo["VIEWER_PASSWORD"], demo["EDITOR_PASSWORD"], demo["ADMIN_PASSWORD"], demo["CLIENT_SECRET"]])
        {
            Assert.DoesNotContain(secret, output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void FirstStart_NothingIsReadableForOthers()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        const UnixFileMode others = ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var data = Path.Combine(host.Folder, ".local");
        foreach (var path in Directory.EnumerateFileSystemEntries(data, "*", SearchOption.AllDirectories).Prepend(data))
        {
            Assert.True((File.GetUnixFileMode(path) & others) == UnixFileMode.None, path);
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(DemoEnvironment.FileIn(host.Folder)));
    }

    [Fact]
    public async Task FirstStart_ListsSixtyProductsInFiveCategories()
    {
        using var client = await DemoEnvironment.SignInAsync(host.Process, host.Folder, "viewer");

        using var response = await client.GetAsync("/api/products?pageSize=100", Cancellation);

        response.EnsureSuccessStatusCode();
        var products = (await response.ReadJsonAsync()).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(60, products.Select(static product => product.GetProperty("name").GetString()).Distinct().Count());
        Assert.Equal(5, products.Select(static product => product.GetProperty("category").GetString()).Distinct().Count());
    }

    [Fact]
    public Task Welcome_LinesPastedIntoBash_ListProducts() => AssertWelcomeWorksAsync(host.Process, host.Folder);

    [Fact]
    public async Task Welcome_LinesPastedIntoBash_ListProducts_WhereTheFolderNeedsQuotes()
    {
        using var folder = new TemporaryFolder();
        await using var quoted = await HostProcess.StartAsync(folder.Path, "--data", "it's my data");

        await AssertWelcomeWorksAsync(quoted, folder.Path);
    }

    private static async Task AssertWelcomeWorksAsync(HostProcess process, string folder)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The lines are for a POSIX shell.");
        await process.WaitForOutputAsync("category=Books");
        var lines = process.Output.SkipWhile(static line => !line.StartsWith("Paste", StringComparison.Ordinal)).Skip(1);

        // The program goes on writing: its welcome ends with the last line that is indented.
        var script = string.Join('\n', lines.TakeWhile(static line => line.Length == 0 || line.StartsWith("  ", StringComparison.Ordinal)));
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        })!;
        var output = await bash.StandardOutput.ReadToEndAsync(Cancellation);
        await bash.WaitForExitAsync(Cancellation);

        Assert.Equal(0, bash.ExitCode);
        Assert.Equal(2, output.Split("\"items\":").Length - 1);
        Assert.Contains("\"category\":\"Books\"", output, StringComparison.Ordinal);
    }
}
