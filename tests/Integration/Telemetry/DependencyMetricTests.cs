using System.Net;
using Gatehouse.Local.Sqlite;
using Gatehouse.Protection.Telemetry;
using Gatehouse.Storage.Tables;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.KeyVault;
using Gatehouse.Tests.Integration.Sqlite;
using Gatehouse.Tests.Integration.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.Telemetry;

/// <summary>What is measured of the calls to storage and Key Vault.</summary>
public sealed class DependencyMetricTests : GatehouseTest
{
    private readonly FakeTimeProvider _time = new(TestKeys.CreatedOn);
    private KeyVaultServer _vault = null!;

    private protected override GatehouseHostOptions CreateOptions() => VaultHost.CreateOptions(_vault, _time);

    public override async ValueTask InitializeAsync()
    {
        _vault = await KeyVaultServer.StartAsync(_time);
        _vault.Add(GatehouseHost.ClientId, GatehouseHost.ClientSecret);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _vault.DisposeAsync();
    }

    [Fact]
    public async Task ReadingTheKeys_IsOneListAndOneValue()
    {
        _vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        using var duration = Host.Listen<double>(MetricNames.DependencyDuration);

        using var response = await Host.GetAsync("/.well-known/jwks.json");

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
    public async Task Refusal_IsAnOutcome_RegardlessOfRetries(int status, string outcome)
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
    public async Task TableStorage_IsNamedByMethodAndTable()
    {
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions { UsesTables = true });
        var user = await host.AddUserAsync("ada", "viewer");
        using var duration = host.Listen<double>(MetricNames.DependencyDuration);

        await host.SignInAsync("ada");

        var prefix = host.Services.GetRequiredService<IOptions<StorageOptions>>().Value.TablePrefix;
        Assert.Contains($"dependency=storage operation=GET {prefix}Users outcome=ok", duration.Attributes());
        Assert.All(duration.Attributes(), call => Assert.Matches($"^dependency=storage operation=[A-Z]+ ({prefix}(Users|RefreshTokens)|Tables|batch) outcome=(ok|not_found|conflict)$", call));
        Assert.All(duration.Attributes(), call => Assert.DoesNotContain(user.Id, call, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sqlite_IsNamedByVerbAndTable()
    {
        using var file = new DatabaseFile();
        using var duration = Host.Listen<double>(MetricNames.DependencyDuration);
        using var database = SqliteDatabase.Open(file.Path, new DependencyMeter(DependencyNames.Storage, Host.Services.GetRequiredService<ProtectionMetrics>()));
        var store = new SqliteProductStore(database);

        var added = await store.AddAsync(Samples.Product(), TestContext.Current.CancellationToken);
        _ = await store.FindAsync(added.Id, TestContext.Current.CancellationToken);
        _ = await store.TryRemoveAsync(added.Id, added.Version!, TestContext.Current.CancellationToken);

        Assert.Equal(
            [
                "dependency=storage operation=INSERT products outcome=ok",
                "dependency=storage operation=SELECT products outcome=ok",
                "dependency=storage operation=DELETE products outcome=ok",
            ],
            duration.Attributes());
    }

    private async Task<IEnumerable<string>> MeasureFailureAsync()
    {
        using var duration = Host.Listen<double>(MetricNames.DependencyDuration);
        var client = VaultHost.CreateClient(_vault, Host.Services);
        await Assert.ThrowsAnyAsync<Exception>(() => client.GetSecretAsync("a-secret", cancellationToken: TestContext.Current.CancellationToken));
        return duration.Attributes();
    }
}
