using Gatehouse.KeyTool;
using Gatehouse.Tests.Integration.KeyVault;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.KeyTool;

public sealed class VaultKeyToolTests : KeyToolContract, IAsyncLifetime
{
    private KeyVaultServer _vault = null!;

    private protected override Tool Tool => Tool.OfVault(_vault, Time);

    public async ValueTask InitializeAsync() => _vault = await KeyVaultServer.StartAsync(Time);

    public ValueTask DisposeAsync() => _vault.DisposeAsync();

    [Fact]
    public async Task ReadersRole_MayList_AndIsToldWhichRoleWrites()
    {
        await Tool.DoAsync("new");
        _vault.IsWritable = false;

        Assert.Single(await Tool.DoAsync("list"));
        foreach (var command in (string[])["new", "rotate", "rotate --emergency"])
        {
            var result = await Tool.RunAsync(command);
            Assert.Equal(ExitCode.Failed, result.ExitCode);
            Assert.Contains("Key Vault Secrets Officer", result.Errors, StringComparison.Ordinal);
        }

        Assert.Equal("active", Assert.Single(await Tool.DoAsync("list")).State);
    }

    [Fact]
    public async Task DeletedSecret_IsExplained()
    {
        _vault.IsDeleted = true;

        var result = await Tool.RunAsync("new");

        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains("Recover it", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RotateEmergency_OneKeyCannotBeDisabled_TheOthersAre_AndItIsNamed()
    {
        await Tool.DoAsync("new");
        Time.Advance(TimeSpan.FromDays(1));
        await Tool.DoAsync("rotate");
        Time.Advance(TimeSpan.FromDays(1));
        _vault.FailFirst("PATCH", 429);

        var result = await Tool.RunAsync("rotate --emergency");

        Assert.Equal(ExitCode.Failed, result.ExitCode);
        var keys = await Tool.DoAsync("list");
        Assert.Equal(1, keys.Count(static key => key.State == "disabled"));
        var left = Assert.Single(keys, static key => key.State is "retiring" or "retired");
        Assert.Contains($"{left.Kid} is STILL ENABLED", result.Errors, StringComparison.Ordinal);
        Assert.Contains($"retire {left.Version}", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RotateEmergency_ByAClockThatIsAhead_SignsAtOnce()
    {
        await Tool.DoAsync("new");
        Time.Advance(TimeSpan.FromDays(1));

        await Tool.OfVault(_vault, new FakeTimeProvider(Time.GetUtcNow().AddMinutes(2))).DoAsync("rotate --emergency");

        Assert.Equal(["disabled", "active"], (await Tool.DoAsync("list")).Select(static key => key.State));
    }

    [Fact]
    public async Task VaultFailsDuringAWrite_IsReported()
    {
        await Tool.DoAsync("new");
        _vault.FailFirst("PUT", status: null);

        var result = await Tool.RunAsync("rotate");

        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains("can't be reached", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnreachableVault_IsReported()
    {
        _vault.GoAway();

        var result = await Tool.RunAsync("list");

        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains("can't be reached", result.Errors, StringComparison.Ordinal);
    }
}
