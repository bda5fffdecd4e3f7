using Gatehouse.KeyTool;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.KeyTool;

public sealed class FolderKeyToolTests : KeyToolContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private protected override Tool Tool => Tool.OfFolder(_folder.Path, Time);

    [Fact]
    public async Task TwoToolsAtOnce_LoseNothing()
    {
        await Tool.DoAsync("new");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Tool.DoAsync("new --type p-256"))));

        Assert.Equal(9, (await Tool.DoAsync("list")).Count);
    }

    [Fact]
    public async Task Files_AreForTheirOwnerOnly()
    {
        await Tool.DoAsync("new");
        var file = Assert.Single(Directory.GetFiles(Path.Combine(_folder.Path, "jwt-signing-key")));

        // Windows has no such modes.
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Fact]
    public async Task NoOption_UsesTheFolderOfLocalHost_IfItExists()
    {
        await Tool.DoAsync("new");
        var elsewhere = Path.Combine(_folder.Path, "elsewhere");

        Assert.Single(await Tool.OfLocalHost(_folder.Path, Time).DoAsync("list"));
        var refused = await Tool.OfLocalHost(elsewhere, Time).RunAsync("new");

        Assert.Equal(ExitCode.Failed, refused.ExitCode);
        Assert.Contains($"Give --vault or --folder, because the folder {elsewhere} does not exist.", refused.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(elsewhere));
    }

    [Fact]
    public async Task UnreadableVersion_IsListedWithTheReason()
    {
        TestKeys.Write(_folder.Path, "no key at all");

        var result = await Tool.RunAsync("list");

        Assert.Contains("unreadable", result.Output, StringComparison.Ordinal);
        Assert.Contains("neither a private key in PEM nor a JWK", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("no key at all", result.Output + result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list --secret ../x", "--secret")]
    [InlineData("list --vault https://v.vault.azure.net", "not both")]
    [InlineData("import no-such-file.pem", "no-such-file.pem")]
    [InlineData("verify http://example.com", "https")]
    public async Task ImpossibleCommand_IsReported(string command, string reason)
    {
        var result = await Tool.RunAsync(command);

        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains(reason, result.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
