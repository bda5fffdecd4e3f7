using System.Net;
using System.Net.Sockets;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Tests.Integration.LocalHost;

/// <summary>What keeps the program from starting is said on the standard error, without a stack trace, and the exit code is 1.</summary>
public sealed class RefusedStartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("--tokens", "'--tokens'")]
    [InlineData("stray", "'stray'")]
    [InlineData("--data", "missing for option: '--data'")]
    [InlineData("--data=", "missing for option: '--data'")]
    [InlineData("--urls=nonsense", "--urls takes URLs")]
    [InlineData("--urls=http://localhost:99999", "--urls takes URLs")]
    [InlineData("--Tokens:AccessTokenLifetime=00:00:01", "Tokens:AccessTokenLifetime must be between 00:01:00 and 1.00:00:00.")]
    [InlineData("--Tokens:AccessTokenLifetime=soon", "'Tokens:AccessTokenLifetime'")]
    [InlineData("--Tokens:Issuer=http://api.example.com", "Tokens:Issuer must be")]
    [InlineData("--environment=Production", "Keys:VaultUri must be set")]
    [InlineData("--Tokens:AccesTokenLifetime=00:05:00", "gatehouse: Tokens:AccesTokenLifetime is not a setting. Did you mean Tokens:AccessTokenLifetime?")]
    [InlineData("--Token:Audience=x", "gatehouse: Token:Audience is not a setting. Did you mean Tokens:Audience?")]
    public async Task Start_BadCommandLine_SaysWhatIsWrongAndMakesNothing(string argument, string expected)
    {
        await AssertRefusedAsync([argument], expected);

        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Start_BadSettingInTheEnvironment_NamesTheSetting()
    {
        var result = await HostProcess.RunAsync(_folder.Path, [], ("Tokens__RefreshReuseLeeway", "01:00:00"));

        AssertRefused(result, "Tokens:RefreshReuseLeeway must be between 00:00:00 and 00:05:00.");
    }

    [Fact]
    public async Task Start_MistakesInSeveralSections_NamesThemAll()
    {
        var result = await HostProcess.RunAsync(_folder.Path, ["--Tokens:Isuer=x", "--Products:CacheFor=1.00:00:00", "--Http:ProxiesInFront=-1"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(3, result.Errors.Split('\n').Length);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_BrokenSettingsFile_NamesTheFileAndTheLine()
    {
        var file = Path.Combine(_folder.Path, "my.settings.json");
        await File.WriteAllTextAsync(file, "{\n  \"Values\": {\n    \"Tokens__Issuer\": \n  }\n}", TestContext.Current.CancellationToken);

        await AssertRefusedAsync(["--settings", "my.settings.json"], $"{file}, line 4, is not valid JSON: ");
    }

    [Fact]
    public async Task Start_SettingsFileThatDoesNotExist_NamesIt() =>
        await AssertRefusedAsync(["--settings", "none.json"], $"The settings file {Path.Combine(_folder.Path, "none.json")} can't be read");

    [Fact]
    public async Task Start_BusyPort_SaysSo()
    {
        using var other = new TcpListener(IPAddress.Loopback, port: 0);
        other.Start();

        await AssertRefusedAsync(["--urls", $"http://{other.LocalEndpoint}"], "address already in use. Choose another address with --urls.");
    }

    [Fact]
    public async Task Start_FileInPlaceOfTheDataFolder_SaysSo()
    {
        var file = Path.Combine(_folder.Path, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        await AssertRefusedAsync(["--data", file], $"The data folder {file} can't be made");
        await AssertRefusedAsync(["--data", Path.Combine(file, "below")], $"The data folder {Path.Combine(file, "below")} can't be made");
    }

    [Fact]
    public async Task Start_DataFolderThatMayNotBeWritten_SaysSo()
    {
        // Nobody may write there, the superuser included, as whom containers often run.
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has a folder that nobody may write.");

        await AssertRefusedAsync(["--data", "/proc/gatehouse"], "The data folder /proc/gatehouse can't be made");
    }

    [Fact]
    public async Task Start_DamagedDatabase_SaysSo()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "gatehouse.db"), new string('x', 10_000), TestContext.Current.CancellationToken);

        await AssertRefusedAsync(["--data", "."], "gatehouse.db is damaged, or no database at all.");
    }

    [Fact]
    public async Task Start_NewerDatabase_SaysSo()
    {
        await using (var host = await HostProcess.StartAsync(_folder.Path, "--data", ".", "--no-demo"))
        {
            await host.TerminateAsync();
            await host.WaitForExitAsync();
        }

        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(_folder.Path, "gatehouse.db")};Pooling=False"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = new SqliteCommand("PRAGMA user_version = 99", connection);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await AssertRefusedAsync(["--data", "."], "has schema version 99");
    }

    [Fact]
    public async Task Help_PrintsTheUsageAndMakesNothing()
    {
        var result = await HostProcess.RunAsync(_folder.Path, ["--help"]);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Usage:", result.Output, StringComparison.Ordinal);
        Assert.Empty(result.Errors);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();

    private static void AssertRefused(ProcessResult result, string expected)
    {
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("gatehouse: ", result.Errors, StringComparison.Ordinal);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', result.Errors);
        Assert.DoesNotContain("   at ", result.Output, StringComparison.Ordinal);
    }

    private async Task AssertRefusedAsync(string[] args, string expected) =>
        AssertRefused(await HostProcess.RunAsync(_folder.Path, args), expected);
}
