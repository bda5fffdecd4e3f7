using System.Net;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.KeyVault;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.Keys;

/// <summary>A host whose keys are in a Key Vault, empty but for the secret of a client.</summary>
public abstract class VaultHostTests : GatehouseTest
{
    private protected FakeTimeProvider Time { get; } = new(TestKeys.CreatedOn);

    private protected KeyVaultServer Vault { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        Vault = await KeyVaultServer.StartAsync(Time);
        Vault.Add(GatehouseHost.ClientId, GatehouseHost.ClientSecret);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Vault.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected override GatehouseHostOptions CreateOptions() => VaultHost.CreateOptions(Vault, Time);

    private protected Task<HttpResponseMessage> PostTokenAsync() => Host.PostFormAsync(
        "/token",
        ("grant_type", "client_credentials"),
        ("client_id", GatehouseHost.ClientId),
        ("client_secret", GatehouseHost.ClientSecret));

    private protected async Task<string> GetTokenAsync()
    {
        using var response = await PostTokenAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await Hosting.Tokens.ReadAsync(response)).AccessToken;
    }

    private protected async Task<string[]> GetJwksAsync()
    {
        using var response = await Host.GetAsync("/.well-known/jwks.json");
        return [.. (await response.ReadJsonAsync()).GetProperty("keys").EnumerateArray().Select(static key => key.GetProperty("kid").GetString()!)];
    }
}
