using Gatehouse.KeyTool;
using Gatehouse.Tests.Integration.KeyVault;

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
    public async Task VaultAway_IsSaid()
    {
        _vault.GoAway();

        var result = await Tool.RunAsync("list");

        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains("can't be reached", result.Errors, StringComparison.Ordinal);
    }
}
