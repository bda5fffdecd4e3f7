using System.Net;
using Azure.Security.KeyVault.Secrets;
using Gatehouse.Operations.Telemetry;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.KeyVault;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.Telemetry;

/// <summary>What is measured of the calls to storage and Key Vault.</summary>
public sealed class DependencyMetricTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(TestKeys.CreatedOn);
    private KeyVaultServer _vault = null!;
    private GatehouseHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _vault = await KeyVaultServer.StartAsync(_time);
        _vault.Add(GatehouseHost.ClientId, GatehouseHost.ClientSecret);
        _host = await VaultHost.StartAsync(_vault, _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _vault.DisposeAsync();
    }

    [Fact]
    public async Task ReadingTheKeys_IsOneListAndOneValue()
    {
        _vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        using var duration = _host.Listen<double>(MetricNames.DependencyDuration);

        using var response = await _host.GetAsync("/.well-known/jwks.json");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            ["dependency=key_vault operation=GET secret versions outcome=ok", "dependency=key_vault operation=GET secret outcome=ok"],
            duration.Attributes());
    }

    [Theory]
    [InlineData(403, "denied")]
    [InlineData(404, "not_found")]
    [InlineData(429, "throttled")]
    [InlineData(500, "failed")]
    public async Task Refusal_IsAnOutcome_WhateverTheNumberOfTries(int status, string outcome)
    {
        _vault.Answer(status, "{}");
        Assert.Equal([$"dependency=key_vault operation=GET secret outcome={outcome}"], await MeasureFailureAsync());
    }

    [Fact]
    public async Task NoAnswer_IsUnreachable()
    {
        _vault.GoAway();
        Assert.Equal(["dependency=key_vault operation=GET secret outcome=unreachable"], await MeasureFailureAsync());
    }

    [Fact]
    public async Task StatementsOfTheDatabase_AreNamedByVerbAndTable()
    {
        using var duration = _host.Listen<double>(MetricNames.DependencyDuration);
        _vault.Add(VaultHost.KeyName, TestKeys.Rsa);

        await _host.SignInAsAsync("viewer");

        var calls = duration.Attributes().Where(static call => call.Contains("storage", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "dependency=storage operation=INSERT refresh_token_families outcome=ok",
                "dependency=storage operation=INSERT users outcome=ok",
                "dependency=storage operation=SELECT users outcome=ok",
            ],
            calls);
    }

    private async Task<IEnumerable<string>> MeasureFailureAsync()
    {
        using var duration = _host.Listen<double>(MetricNames.DependencyDuration);
        var client = VaultHost.CreateClient(_vault, _host.Services);
        await Assert.ThrowsAnyAsync<Exception>(() => client.GetSecretAsync("a-secret", cancellationToken: TestContext.Current.CancellationToken));
        return duration.Attributes();
    }
}
