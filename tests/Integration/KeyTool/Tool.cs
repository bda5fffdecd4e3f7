using System.Text.Json;
using Gatehouse.KeyTool;
using Gatehouse.KeyTool.Deployment;
using Gatehouse.Tests.Integration.KeyVault;

namespace Gatehouse.Tests.Integration.KeyTool;

/// <summary>The key tool over one store.</summary>
internal sealed class Tool(TimeProvider time, KeyVaultServer? vault, string localFolder, params string[] store)
{
    public static Tool OfFolder(string folder, TimeProvider time) => new(time, null, "", "--folder", folder);

    public static Tool OfVault(KeyVaultServer vault, TimeProvider time) => new(time, vault, "", "--vault", vault.Uri.ToString());

    /// <summary>Without options: the keys of local/Host.</summary>
    public static Tool OfLocalHost(string folder, TimeProvider time) => new(time, null, folder);

    public async Task<ToolResult> RunAsync(string command, string input = "")
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var commands = new KeyCommands(_ => VaultHost.CreateClient(vault!), localFolder, type => KeyPool.Take(string.Join(' ', [localFolder, .. store]), type), Deployer.OfThisMachine, time);
        var exitCode = await commands.InvokeAsync([.. command.Split(' '), .. store], new StringReader(input), output, error, TestContext.Current.CancellationToken);
        return new ToolResult(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Runs a verb that must succeed.</summary>
    /// <returns>The keys after it, in the order of their making.</returns>
    public async Task<IReadOnlyList<ListedKey>> DoAsync(string command, string input = "")
    {
        var result = await RunAsync(command + " --json", input);
        Assert.True(result.ExitCode == ExitCode.Ok, result.Errors);
        using var document = JsonDocument.Parse(result.Output);
        return
        [
            .. document.RootElement.EnumerateArray().Select(static row => new ListedKey(
                row.GetProperty("version").GetString()!,
                row.TryGetProperty("kid", out var kid) ? kid.GetString() : null,
                row.TryGetProperty("algorithm", out var algorithm) ? algorithm.GetString() : null,
                row.GetProperty("state").GetString()!)),
        ];
    }
}
