using System.Net;

namespace Gatehouse.Tests.Integration.Worker;

/// <summary>How the function app starts and stops on the real worker.</summary>
public sealed class RealWorkerStartTests : IAsyncDisposable
{
    private readonly WorkerApp _app = new();

    [Fact]
    public async Task Start_WithoutARequiredSetting_EndsAndNamesIt()
    {
        var settings = await _app.CreateSettingsAsync();
        settings.Remove("Tokens__Issuer");
        settings["Tokens__AccessTokenLifetime"] = "00:00:01";

        await using var process = WorkerProcess.Start(new Uri("http://127.0.0.1:1/"), "worker", settings);
        var result = await process.WaitForExitAsync();

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("Tokens:Issuer must be", result.Errors, StringComparison.Ordinal);
        Assert.Contains("Tokens:AccessTokenLifetime must be between 00:01:00 and 1.00:00:00", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OutsideOfDevelopmentWithoutAVault_EndsAndNamesIt()
    {
        var settings = await _app.CreateSettingsAsync();
        settings["AZURE_FUNCTIONS_ENVIRONMENT"] = "Production";

        await using var process = WorkerProcess.Start(new Uri("http://127.0.0.1:1/"), "worker", settings);
        var result = await process.WaitForExitAsync();

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("Keys:VaultUri", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_AnswersAndEndsByItself()
    {
        await using var host = await WorkerHost.StartAsync(await _app.CreateSettingsAsync());
        using var client = new HttpClient { BaseAddress = host.Url };
        using var health = await client.GetAsync("/health", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);

        var result = await host.StopAsync();

        Assert.Equal(0, result.ExitCode);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
