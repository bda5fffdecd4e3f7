using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.Keys;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.KeyVault;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gatehouse.Tests.Integration.Keys;

/// <summary>How often a Key Vault is read, and what is made of what it holds.</summary>
public sealed class KeyVaultReadTests : VaultHostTests
{
    [Fact]
    public async Task MalformedVersions_AreNamedInTheLog_AndTheOthersStayInUse()
    {
        const string Secret = "not-a-key-but-secret-all-the-same";
        var malformed = Vault.Add(VaultHost.KeyName, Secret);
        Vault.Add(VaultHost.KeyName, TestKeys.Rsa);

        Time.Advance(TimeSpan.FromHours(24));
        await GetTokenAsync();
        Time.Advance(TimeSpan.FromMinutes(16));
        await GetTokenAsync();

        var record = Assert.Single(Host.Logs.GetSnapshot(), record => record.Message.Contains(malformed.Name, StringComparison.Ordinal));
        Assert.Equal(LogLevel.Error, record.Level);
        Assert.DoesNotContain(Host.Logs.GetSnapshot(), static entry => entry.Message.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Requests_AreOneList_AndOneReadForEachNewVersion_UnderAnyLoad()
    {
        Vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        Vault.Add(VaultHost.KeyName, TestKeys.Ec);
        var ring = Host.Services.GetRequiredService<KeyRing>();
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => ring.GetAsync(TestContext.Current.CancellationToken).AsTask()));
        Assert.Equal((1, 2), (Vault.Lists, Vault.Gets));

        Time.Advance(TimeSpan.FromMinutes(16));
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => ring.GetAsync(TestContext.Current.CancellationToken).AsTask()));
        Assert.Equal((2, 2), (Vault.Lists, Vault.Gets));
    }

    [Fact]
    public async Task ClientSecrets_AreReadOnce_ForEachVersion()
    {
        Vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        await GetTokenAsync();
        var before = Vault.Gets;
        Vault.Add(GatehouseHost.ClientId, "another-secret");

        for (var refresh = 0; refresh < 3; refresh++)
        {
            Time.Advance(TimeSpan.FromMinutes(16));
            await GetTokenAsync();
        }

        Assert.Equal(before + 1, Vault.Gets);
    }

    [Fact]
    public async Task InventedKeyIds_CostOneReadIn30Seconds()
    {
        Vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        await GetTokenAsync();
        var forge = await TokenForge.CreateAsync(Host);
        var before = Vault.Lists;
        for (var number = 0; number < 50; number++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(forge.WithHeader("kid", $"invented-{number}")));
        }

        Assert.Equal(before + 1, Vault.Lists);
        Time.Advance(TimeSpan.FromSeconds(30));
        await Host.TryTokenAsync(forge.WithHeader("kid", "invented"));
        Assert.Equal(before + 2, Vault.Lists);
    }

    [Fact]
    public async Task KeyThatAnotherInstanceAlreadyUses_IsFoundAtOnce()
    {
        Vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        await GetTokenAsync();
        Vault.Add(VaultHost.KeyName, TestKeys.Ec, notBefore: Time.GetUtcNow());
        await using var other = await VaultHost.StartAsync(Vault, Time);
        var forge = await TokenForge.CreateAsync(other);

        Assert.Equal("ES256", forge.Key.Algorithm);
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(forge.WithClaim("jti", "elsewhere")));
    }

    [Fact]
    public async Task ManyVersions_AreReadPageByPage()
    {
        for (var number = 0; number < 60; number++)
        {
            Vault.Add(VaultHost.KeyName, TestKeys.Ec).Enabled = false;
        }

        Vault.Add(VaultHost.KeyName, TestKeys.Rsa);

        await GetTokenAsync();

        // Three pages of keys and one of the client's secret, and a value of each.
        Assert.Equal((4, 2), (Vault.Lists, Vault.Gets));
    }

    [Theory]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public async Task Jwk_SignsByItsAlgorithm(string algorithm)
    {
        Vault.Add(VaultHost.KeyName, CreateJwk(algorithm));

        var token = await GetTokenAsync();

        Assert.Equal(algorithm, new JsonWebToken(token).Alg);
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(token));
        Assert.Single(await GetJwksAsync());
    }

    private static string CreateJwk(string algorithm)
    {
        static string Encode(byte[]? bytes) => TokenForge.Encode(bytes!);
        switch (algorithm)
        {
            case "PS256":
                using (var rsa = RSA.Create())
                {
                    rsa.ImportFromPem(TestKeys.Rsa);
                    var key = rsa.ExportParameters(includePrivateParameters: true);
                    return JsonSerializer.Serialize(new { kty = "RSA", alg = algorithm, n = Encode(key.Modulus), e = Encode(key.Exponent), d = Encode(key.D), p = Encode(key.P), q = Encode(key.Q), dp = Encode(key.DP), dq = Encode(key.DQ), qi = Encode(key.InverseQ) });
                }

            default:
                using (var ec = ECDsa.Create())
                {
                    ec.ImportFromPem(TestKeys.Ec);
                    var key = ec.ExportParameters(includePrivateParameters: true);
                    return JsonSerializer.Serialize(new { kty = "EC", crv = "P-256", x = Encode(key.Q.X), y = Encode(key.Q.Y), d = Encode(key.D) });
                }
        }
    }
}
