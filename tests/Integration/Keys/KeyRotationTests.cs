using System.Net;
using Gatehouse.Keys;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.KeyVault;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gatehouse.Tests.Integration.Keys;

/// <summary>The life of signing keys in a Key Vault, seen over HTTP on a clock that the test turns.</summary>
public sealed class KeyRotationTests : VaultHostTests
{
    [Fact]
    public async Task Rotation_AnnouncesThenSigns_AndTheOldKeyRetiresThenGoes()
    {
        Vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        var oldToken = await GetTokenAsync();
        var oldKid = Kid(oldToken);

        Vault.Add(VaultHost.KeyName, TestKeys.Ec);
        Time.Advance(TimeSpan.FromMinutes(16));
        var keys = await GetJwksAsync();
        Assert.Equal(2, keys.Length);
        Assert.Equal(oldKid, keys[0]);
        Assert.Equal(oldKid, Kid(await GetTokenAsync()));

        // Announced 24 hours after it was made: not a second before.
        Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMinutes(16) - TimeSpan.FromSeconds(1));
        var lastOfOld = await GetTokenAsync();
        Assert.Equal(oldKid, Kid(lastOfOld));
        Time.Advance(TimeSpan.FromSeconds(1));
        var newToken = await GetTokenAsync();
        Assert.NotEqual(oldKid, Kid(newToken));
        Assert.Equal("ES256", new JsonWebToken(newToken).Alg);

        // Both are accepted and published until the last token of the old one has ended.
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(lastOfOld));
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(newToken));
        Assert.Equal(Kid(newToken), (await GetJwksAsync())[0]);
        Time.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(29));
        Assert.Equal(2, (await GetJwksAsync()).Length);
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([Kid(newToken)], await GetJwksAsync());
    }

    [Fact]
    public async Task NotBeforeDate_DecidesWhenAKeySigns()
    {
        Vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        Vault.Add(VaultHost.KeyName, TestKeys.Ec, notBefore: Time.GetUtcNow().AddMinutes(1));

        Assert.Equal("RS256", new JsonWebToken(await GetTokenAsync()).Alg);
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("ES256", new JsonWebToken(await GetTokenAsync()).Alg);
    }

    [Fact]
    public async Task OnlyKey_WithANotBeforeDateToCome_Is503UntilThen()
    {
        Vault.Add(VaultHost.KeyName, TestKeys.Rsa, notBefore: Time.GetUtcNow().AddMinutes(2));
        using (var response = await PostTokenAsync())
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        }

        Time.Advance(TimeSpan.FromMinutes(2));

        await GetTokenAsync();
    }

    [Fact]
    public async Task DisabledVersion_IsOutAtTheNextRefresh()
    {
        Vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        var leaked = Vault.Add(VaultHost.KeyName, TestKeys.Ec, notBefore: Time.GetUtcNow());
        var token = await GetTokenAsync();
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(token));

        leaked.Enabled = false;
        Time.Advance(TimeSpan.FromMinutes(15));

        Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(token));
        Assert.Equal("RS256", new JsonWebToken(await GetTokenAsync()).Alg);
    }

    [Fact]
    public async Task ExpiredVersion_IsOutAtOnce()
    {
        Vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        Vault.Add(VaultHost.KeyName, TestKeys.Ec, notBefore: Time.GetUtcNow(), expires: Time.GetUtcNow().AddMinutes(3));
        var token = await GetTokenAsync();
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(token));

        Time.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(token));
        Assert.Equal("RS256", new JsonWebToken(await GetTokenAsync()).Alg);
    }

    [Fact]
    public async Task Rotation_WhileRequestsRun_FailsNone()
    {
        Vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        var token = await GetTokenAsync();
        Vault.Add(VaultHost.KeyName, TestKeys.Ec, notBefore: Time.GetUtcNow().AddMinutes(20));
        var kids = new HashSet<string>();
        for (var minute = 0; minute < 60; minute += 2)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Host.TryTokenAsync(token)));
            Assert.All(answers, static status => Assert.Equal(HttpStatusCode.OK, status));
            token = await GetTokenAsync();
            kids.Add(Kid(token));
            await WaitForReadingAsync();
            Time.Advance(TimeSpan.FromMinutes(2));
        }

        Assert.Equal(2, kids.Count);
    }

    [Fact]
    public async Task TwoInstances_AgreeOnTheActiveKey()
    {
        Vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        await using var other = await VaultHost.StartAsync(Vault, Time);
        Vault.Add(VaultHost.KeyName, TestKeys.Ec, notBefore: Time.GetUtcNow().AddHours(1));
        for (var minute = 0; minute < 120; minute += 16)
        {
            var mine = await GetTokenAsync();
            Assert.Equal(HttpStatusCode.OK, await other.TryTokenAsync(mine));
            Assert.Equal(await ActiveKidAsync(Host), await ActiveKidAsync(other));
            Time.Advance(TimeSpan.FromMinutes(16));
        }
    }

    [Fact]
    public async Task Jwks_HoldsNothingPrivate_AndMayBeCached()
    {
        Vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        Vault.Add(VaultHost.KeyName, TestKeys.Ec);
        using var response = await Host.GetAsync("/.well-known/jwks.json");

        Assert.Equal("public, max-age=300, stale-while-revalidate=300", response.Headers.CacheControl?.ToString());
        foreach (var key in (await response.ReadJsonAsync()).GetProperty("keys").EnumerateArray())
        {
            Assert.All(key.EnumerateObject(), static member => Assert.Contains(member.Name, new[] { "kty", "use", "alg", "kid", "n", "e", "crv", "x", "y" }));
        }
    }

    // Keys older than five and a half minutes are being read again since the last request. The reading has a time limit on
    // the same clock: advanced now, it would end every reading, and the old key would go on signing until it expires.
    private async Task WaitForReadingAsync()
    {
        var ring = Host.Services.GetRequiredService<KeyRing>();
        if (ring.Age >= TimeSpan.FromMinutes(5.5))
        {
            // Joins the reading that is under way.
            _ = await ring.GetForUnknownKeyAsync(TestContext.Current.CancellationToken);
        }
    }

    private static async Task<string> ActiveKidAsync(GatehouseHost host) =>
        (await host.Services.GetRequiredService<KeyRing>().GetActiveKeyAsync(TestContext.Current.CancellationToken)).Kid;

    private static string Kid(string token) => new JsonWebToken(token).Kid;
}
