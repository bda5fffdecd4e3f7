using Gatehouse.Local;
using Microsoft.AspNetCore.Builder;

namespace Gatehouse.Tests.Infra;

/// <summary>infra/hooks/smoke-test.sh against local/Host.</summary>
public sealed class SmokeTestTests : IDisposable
{
    private const string Issuer = "http://localhost:7071";

    private readonly string _folder = Directory.CreateTempSubdirectory("gatehouse-").FullName;

    [Fact]
    public async Task SmokeTest_OfAHealthyHost_Passes()
    {
        await using var host = await StartAsync();
        var run = await SmokeTestAsync(host.Urls.First(), Issuer);
        Assert.True(run.ExitCode == 0, $"{run.Output}{run.Errors}");
        Assert.Contains("Gatehouse answers as it should.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SmokeTest_OfAnotherIssuer_Fails()
    {
        await using var host = await StartAsync();
        var run = await SmokeTestAsync(host.Urls.First(), "https://other.example.com");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("does not name the issuer", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SmokeTest_OfAPortWithoutAServer_Fails()
    {
        // Port 9 is the discard service, which no test machine runs.
        var run = await SmokeTestAsync("http://127.0.0.1:9", Issuer);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("/health answered 000", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SmokeTest_OverHttpToAnotherMachine_IsRefused() =>
        Assert.Equal(2, (await SmokeTestAsync("http://gatehouse.example.com", Issuer)).ExitCode);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Task<Run> SmokeTestAsync(string url, string issuer)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("The hooks are bash scripts.");
        }

        return Run.StartAsync("bash", [RepositoryFolder.PathOf("infra/hooks/smoke-test.sh"), url, issuer], new Dictionary<string, string> { ["SMOKE_TEST_ATTEMPTS"] = "1" });
    }

    private async Task<WebApplication> StartAsync()
    {
        var host = LocalApplication.CreateBuilder(new HostArguments
        {
            Urls = "http://127.0.0.1:0",
            DataFolder = _folder,
            EnvironmentName = "Development",
            WithDemo = false,
            Settings = new Dictionary<string, string?> { ["Tokens:Issuer"] = Issuer, ["Tokens:Audience"] = "gatehouse" },
        }).Build();
        await host.StartAsync();
        return host;
    }
}
