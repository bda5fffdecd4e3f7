using System.Text.Json;
using Gatehouse.KeyTool;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.LocalHost;

namespace Gatehouse.Tests.Integration.KeyTool;

/// <summary>What a script sees of the tool: exit code, output, errors.</summary>
public sealed class ToolProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task NewKey_IsTheOneThatTheHostOfThatFolderPublishes()
    {
        var made = await ToolProcess.RunAsync(_folder.Path, "new", "--folder", ".local/keys", "--type", "p-256", "--json");
        Assert.Equal(ExitCode.Ok, made.ExitCode);
        using var keys = JsonDocument.Parse(made.Output);
        var kid = Assert.Single(keys.RootElement.EnumerateArray()).GetProperty("kid").GetString();

        await using var host = await HostProcess.StartAsync(_folder.Path, "--no-demo");
        var verified = await ToolProcess.RunAsync(_folder.Path, "verify", "--folder", ".local/keys", host.Url.ToString());

        Assert.Equal(ExitCode.Ok, verified.ExitCode);
        using var client = new HttpClient();
        using var published = JsonDocument.Parse(await client.GetStringAsync(new Uri(host.Url, "/.well-known/jwks.json"), TestContext.Current.CancellationToken));
        Assert.Equal(kid, Assert.Single(published.RootElement.GetProperty("keys").EnumerateArray()).GetProperty("kid").GetString());
    }

    [Theory]
    [InlineData("rotat", ExitCode.Usage, "rotat")]
    [InlineData("list --vault https://v.vault.azure.net --folder keys", ExitCode.Failed, "Give --vault or --folder, not both.")]
    public async Task Refusal_GoesToTheStandardError_AndIntoTheExitCode(string command, int exitCode, string reason)
    {
        var result = await ToolProcess.RunAsync(_folder.Path, [.. command.Split(' '), "--json"]);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Contains(reason, result.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
