using System.Text.Json;

namespace Gatehouse.Tests.Infra;

/// <summary>infra/hooks/create-secrets.sh with stand-ins for az, dotnet and sleep that record their calls.</summary>
public sealed class CreateSecretsTests : IDisposable
{
    private const string Subscription = "00000000-1111-2222-3333-444444444444";

    private readonly string _folder = Directory.CreateTempSubdirectory("gatehouse-").FullName;

    [Fact]
    public async Task FirstRun_CreatesTheAdministratorAndTheKey()
    {
        var run = await CreateSecretsAsync("echo '(SecretNotFound) The secret was not found in this key vault.' >&2; exit 3");

        Assert.True(run.ExitCode == 0, $"{run.Output}{run.Errors}");
        var calls = await ReadAsync("calls");
        var set = Assert.Single(calls, static call => call.StartsWith("az keyvault secret set", StringComparison.Ordinal));
        Assert.Contains("--vault-name kv-sample", set, StringComparison.Ordinal);
        Assert.Equal("dotnet run --project local/Keys -- new --vault https://kv-sample.vault.azure.net/ --if-missing", calls[^1]);

        // In a file: every user of the machine can read a command line.
        using var secret = JsonDocument.Parse(string.Concat(await ReadAsync("secret")));
        Assert.Equal("admin", secret.RootElement.GetProperty("username").GetString());
        var password = secret.RootElement.GetProperty("password").GetString()!;
        Assert.Equal(32, password.Length);
        Assert.All(calls, call => Assert.DoesNotContain(password, call, StringComparison.Ordinal));
        Assert.DoesNotContain(password, run.Output + run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LaterRun_ReplacesNothing()
    {
        var run = await CreateSecretsAsync("echo 1");

        Assert.True(run.ExitCode == 0, $"{run.Output}{run.Errors}");
        Assert.DoesNotContain(await ReadAsync("calls"), static call => call.StartsWith("az keyvault secret set", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ForbiddenVault_IsRetried_AndThenReported()
    {
        var run = await CreateSecretsAsync("echo '(Forbidden) Caller is not authorized.' >&2; exit 1");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("(Forbidden) Caller is not authorized.", run.Errors, StringComparison.Ordinal);
        var calls = await ReadAsync("calls");
        Assert.Equal(19, calls.Count(static call => call.StartsWith("sleep ", StringComparison.Ordinal)));
        Assert.DoesNotContain(calls, static call => call.StartsWith("az keyvault secret set", StringComparison.Ordinal) || call.StartsWith("dotnet ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ExpiredLogin_IsReported_WithoutARetry()
    {
        var run = await CreateSecretsAsync("echo 'ERROR: AADSTS700024: Client assertion is not within its valid time range.' >&2; exit 1");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("AADSTS700024", run.Errors, StringComparison.Ordinal);
        Assert.Contains("sign in again", run.Errors, StringComparison.Ordinal);
        Assert.Single(await ReadAsync("calls"));
    }

    [Fact]
    public async Task Key_IsCreated_WithTheIdentityOfAz()
    {
        await CreateSecretsAsync("echo 1");

        Assert.Equal(["AzureCliCredential"], await ReadAsync("identity"));
    }

    [Fact]
    public async Task Vault_IsAccessed_InTheSubscriptionOfAzd()
    {
        // az may have selected another one, even of another tenant, whose tokens the vault refuses.
        await CreateSecretsAsync("echo '(SecretNotFound)' >&2; exit 3");

        var asked = (await ReadAsync("calls")).Where(static call => call.StartsWith("az ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, asked.Length);
        Assert.All(asked, static call => Assert.Contains($"--subscription {Subscription}", call, StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <param name="listVersions">The bash commands that stand in for az listing the versions of a secret.</param>
    private async Task<Run> CreateSecretsAsync(string listVersions)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("The hooks are bash scripts.");
        }

        const string takeFile = """while [ $# -gt 0 ]; do if [ "$1" = --file ]; then cp "$2" "$STAND_IN/secret"; fi; shift; done""";
        Write("az", $"""if [ "$3" = list-versions ]; then {listVersions}; else {takeFile}; fi""");
        Write("dotnet", """echo "$AZURE_TOKEN_CREDENTIALS" >"$STAND_IN/identity" """);
        Write("sleep", "");
        return await Run.StartAsync("bash", [RepositoryFolder.PathOf("infra/hooks/create-secrets.sh")], new Dictionary<string, string>
        {
            ["AZURE_KEY_VAULT_URI"] = "https://kv-sample.vault.azure.net/",
            ["AZURE_SUBSCRIPTION_ID"] = Subscription,
            ["PATH"] = $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}",
            ["STAND_IN"] = _folder,
        });
    }

    private void Write(string program, string commands)
    {
        var file = Path.Combine(_folder, program);
        File.WriteAllText(file, $"#!/usr/bin/env bash\necho \"{program} $*\" >>\"$STAND_IN/calls\"\n{commands}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private Task<string[]> ReadAsync(string file) => File.ReadAllLinesAsync(Path.Combine(_folder, file), TestContext.Current.CancellationToken);
}
