using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.Keys;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.KeyVault;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gatehouse.Tests.Integration.Keys;

/// <summary>The life of signing keys in a Key Vault, seen over HTTP on a clock that the test turns.</summary>
public sealed class KeyVaultTests : IAsyncLifetime
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
    public async Task EmptyVault_Is503_UntilTheFirstKeyIsThere()
    {
        using (var refused = await PostTokenAsync())
        {
            Assert.Equal("temporarily_unavailable", await refused.ReadOAuthErrorAsync(HttpStatusCode.ServiceUnavailable));
            Assert.Equal(TimeSpan.FromSeconds(10), refused.Headers.RetryAfter?.Delta);
        }

        // Whether a token that calls itself ours is good can't be said without a key.
        var token = TokenForge.Sign("""{"typ":"at+jwt","alg":"RS256","kid":"a-key"}""", $$"""{"iss":"{{GatehouseHost.Issuer}}"}""", static _ => [1]);
        using (var listing = await _host.GetAsync("/api/products", token))
        using (var ready = await _host.GetAsync("/health/ready"))
        using (var live = await _host.GetAsync("/health"))
        {
            await listing.ReadProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        }

        _vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        _time.Advance(TimeSpan.FromSeconds(10));

        await GetTokenAsync();
    }

    [Fact]
    public async Task Rotation_AnnouncesThenSigns_AndTheOldKeyRetiresThenGoes()
    {
        _vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        var oldToken = await GetTokenAsync();
        var oldKid = Kid(oldToken);

        _vault.Add(VaultHost.KeyName, TestKeys.Ec);
        _time.Advance(TimeSpan.FromMinutes(16));
        var keys = await GetJwksAsync();
        Assert.Equal(2, keys.Length);
        Assert.Equal(oldKid, keys[0]);
        Assert.Equal(oldKid, Kid(await GetTokenAsync()));

        // Announced 24 hours after it was made: not a second before.
        _time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMinutes(16) - TimeSpan.FromSeconds(1));
        var lastOfOld = await GetTokenAsync();
        Assert.Equal(oldKid, Kid(lastOfOld));
        _time.Advance(TimeSpan.FromSeconds(1));
        var newToken = await GetTokenAsync();
        Assert.NotEqual(oldKid, Kid(newToken));
        Assert.Equal("ES256", new JsonWebToken(newToken).Alg);

        // Both are accepted and published until the last token of the old one has ended.
        Assert.Equal(HttpStatusCode.OK, await ListAsync(lastOfOld));
        Assert.Equal(HttpStatusCode.OK, await ListAsync(newToken));
        Assert.Equal(Kid(newToken), (await GetJwksAsync())[0]);
        _time.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(29));
        Assert.Equal(2, (await GetJwksAsync()).Length);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([Kid(newToken)], await GetJwksAsync());
    }

    [Fact]
    public async Task NotBeforeDate_DecidesWhenAKeySigns()
    {
        _vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        _vault.Add(VaultHost.KeyName, TestKeys.Ec, notBefore: _time.GetUtcNow().AddMinutes(1));

        Assert.Equal("RS256", new JsonWebToken(await GetTokenAsync()).Alg);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("ES256", new JsonWebToken(await GetTokenAsync()).Alg);
    }

    [Fact]
    public async Task OnlyKey_WithANotBeforeDateToCome_Is503UntilThen()
    {
        _vault.Add(VaultHost.KeyName, TestKeys.Rsa, notBefore: _time.GetUtcNow().AddMinutes(2));
        using (var response = await PostTokenAsync())
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        }

        _time.Advance(TimeSpan.FromMinutes(2));

        await GetTokenAsync();
    }

    [Fact]
    public async Task DisabledVersion_IsOutAtTheNextRefresh()
    {
        _vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        var leaked = _vault.Add(VaultHost.KeyName, TestKeys.Ec, notBefore: _time.GetUtcNow());
        var token = await GetTokenAsync();
        Assert.Equal(HttpStatusCode.OK, await ListAsync(token));

        leaked.Enabled = false;
        _time.Advance(TimeSpan.FromMinutes(15));

        Assert.Equal(HttpStatusCode.Unauthorized, await ListAsync(token));
        Assert.Equal("RS256", new JsonWebToken(await GetTokenAsync()).Alg);
    }

    [Fact]
    public async Task ExpiredVersion_IsOutAtOnce()
    {
        _vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        _vault.Add(VaultHost.KeyName, TestKeys.Ec, notBefore: _time.GetUtcNow(), expires: _time.GetUtcNow().AddMinutes(3));
        var token = await GetTokenAsync();
        Assert.Equal(HttpStatusCode.OK, await ListAsync(token));

        _time.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal(HttpStatusCode.Unauthorized, await ListAsync(token));
        Assert.Equal("RS256", new JsonWebToken(await GetTokenAsync()).Alg);
    }

    [Fact]
    public async Task Rotation_WhileRequestsRun_FailsNone()
    {
        _vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        var token = await GetTokenAsync();
        _vault.Add(VaultHost.KeyName, TestKeys.Ec, notBefore: _time.GetUtcNow().AddMinutes(20));
        var kids = new HashSet<string>();
        for (var minute = 0; minute < 60; minute += 2)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ListAsync(token)));
            Assert.All(answers, static status => Assert.Equal(HttpStatusCode.OK, status));
            token = await GetTokenAsync();
            kids.Add(Kid(token));
            _time.Advance(TimeSpan.FromMinutes(2));
        }

        Assert.Equal(2, kids.Count);
    }

    [Fact]
    public async Task VaultAway_AtTheStart_Is503_AndGoodWhenItIsBack()
    {
        _vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        _vault.GoAway();
        using (var response = await PostTokenAsync())
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.NotNull(response.Headers.RetryAfter);
        }

        _vault.ComeBack();
        _time.Advance(TimeSpan.FromSeconds(10));

        await GetTokenAsync();
    }

    [Theory]
    [InlineData(StatusCodes.Status429TooManyRequests)]
    [InlineData(StatusCodes.Status403Forbidden)]
    [InlineData(StatusCodes.Status500InternalServerError)]
    [InlineData(0)]
    public async Task VaultAway_InTheMiddle_TheLastKeysServeOn(int status)
    {
        _vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        await GetTokenAsync();
        _vault.Fault = context =>
        {
            if (status == 0)
            {
                context.Abort();
            }

            context.Response.StatusCode = status == 0 ? StatusCodes.Status502BadGateway : status;
            return Task.CompletedTask;
        };
        _time.Advance(TimeSpan.FromHours(3));

        var token = await GetTokenAsync();

        Assert.Equal(HttpStatusCode.OK, await ListAsync(token));
        Assert.Contains(_host.Logs.GetSnapshot(), static record => record.Level == LogLevel.Error && record.Message.Contains("The keys that were read before serve on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SlowVault_IsWaitedForByAll_InOneRead()
    {
        _vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        var gate = new TaskCompletionSource();
        var asked = new TaskCompletionSource();
        _vault.Fault = async context =>
        {
            asked.TrySetResult();
            await gate.Task;
            _vault.ComeBack();
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        };
        var waiting = Enumerable.Range(0, 20).Select(_ => _host.GetAsync("/.well-known/jwks.json")).ToArray();
        await asked.Task;
        gate.SetResult();

        foreach (var response in await Task.WhenAll(waiting))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(1, _vault.Lists);
    }

    [Fact]
    public async Task VaultThatNeverAnswers_Is503_AfterTheTimeOut()
    {
        var gate = new TaskCompletionSource();
        var asked = new TaskCompletionSource();
        _vault.Fault = async _ =>
        {
            asked.TrySetResult();
            await gate.Task;
        };
        var token = PostTokenAsync();
        await asked.Task;
        _time.Advance(TimeSpan.FromSeconds(20));

        using var response = await token;

        Assert.Equal("temporarily_unavailable", await response.ReadOAuthErrorAsync(HttpStatusCode.ServiceUnavailable));
        Assert.NotNull(response.Headers.RetryAfter);
        gate.SetResult();
    }

    [Fact]
    public async Task TwoInstances_AgreeOnTheActiveKey()
    {
        _vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        await using var other = await VaultHost.StartAsync(_vault, _time);
        _vault.Add(VaultHost.KeyName, TestKeys.Ec, notBefore: _time.GetUtcNow().AddHours(1));
        for (var minute = 0; minute < 120; minute += 16)
        {
            var mine = await GetTokenAsync();
            using var listing = await other.GetAsync("/api/products", mine);
            Assert.Equal(HttpStatusCode.OK, listing.StatusCode);
            Assert.Equal(await ActiveKidAsync(_host), await ActiveKidAsync(other));
            _time.Advance(TimeSpan.FromMinutes(16));
        }
    }

    [Fact]
    public async Task MalformedVersions_AreNamedInTheLog_AndTheOthersServeOn()
    {
        const string Secret = "not-a-key-but-secret-all-the-same";
        var malformed = _vault.Add(VaultHost.KeyName, Secret);
        _vault.Add(VaultHost.KeyName, TestKeys.Rsa);

        _time.Advance(TimeSpan.FromHours(24));
        await GetTokenAsync();
        _time.Advance(TimeSpan.FromMinutes(16));
        await GetTokenAsync();

        var record = Assert.Single(_host.Logs.GetSnapshot(), record => record.Message.Contains(malformed.Name, StringComparison.Ordinal));
        Assert.Equal(LogLevel.Error, record.Level);
        Assert.DoesNotContain(_host.Logs.GetSnapshot(), static entry => entry.Message.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Requests_AreOneList_AndOneReadForEachNewVersion_WhateverTheLoad()
    {
        _vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        _vault.Add(VaultHost.KeyName, TestKeys.Ec);
        var ring = _host.Services.GetRequiredService<KeyRing>();
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => ring.GetAsync(TestContext.Current.CancellationToken).AsTask()));
        Assert.Equal((1, 2), (_vault.Lists, _vault.Gets));

        _time.Advance(TimeSpan.FromMinutes(16));
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => ring.GetAsync(TestContext.Current.CancellationToken).AsTask()));
        Assert.Equal((2, 2), (_vault.Lists, _vault.Gets));
    }

    [Fact]
    public async Task ClientSecrets_AreReadOnce_ForEachVersion()
    {
        _vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        await GetTokenAsync();
        var before = _vault.Gets;
        _vault.Add(GatehouseHost.ClientId, "another-secret");

        for (var refresh = 0; refresh < 3; refresh++)
        {
            _time.Advance(TimeSpan.FromMinutes(16));
            await GetTokenAsync();
        }

        Assert.Equal(before + 1, _vault.Gets);
    }

    [Fact]
    public async Task InventedKeyIds_CostOneReadIn30Seconds()
    {
        _vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        await GetTokenAsync();
        var forge = await TokenForge.CreateAsync(_host);
        var before = _vault.Lists;
        for (var number = 0; number < 50; number++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await ListAsync(forge.WithHeader("kid", $"invented-{number}")));
        }

        Assert.Equal(before + 1, _vault.Lists);
        _time.Advance(TimeSpan.FromSeconds(30));
        await ListAsync(forge.WithHeader("kid", "invented"));
        Assert.Equal(before + 2, _vault.Lists);
    }

    [Fact]
    public async Task KeyThatAnotherInstanceAlreadyUses_IsFoundAtOnce()
    {
        _vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        await GetTokenAsync();
        _vault.Add(VaultHost.KeyName, TestKeys.Ec, notBefore: _time.GetUtcNow());
        await using var other = await VaultHost.StartAsync(_vault, _time);
        var forge = await TokenForge.CreateAsync(other);

        Assert.Equal("ES256", forge.Key.Algorithm);
        Assert.Equal(HttpStatusCode.OK, await ListAsync(forge.WithClaim("jti", "elsewhere")));
    }

    [Fact]
    public async Task ManyVersions_AreReadPageByPage()
    {
        for (var number = 0; number < 60; number++)
        {
            _vault.Add(VaultHost.KeyName, TestKeys.Ec).Enabled = false;
        }

        _vault.Add(VaultHost.KeyName, TestKeys.Rsa);

        await GetTokenAsync();

        // Three pages of keys and one of the client's secret, and a value of each.
        Assert.Equal((4, 2), (_vault.Lists, _vault.Gets));
    }

    [Theory]
    [InlineData("PS256")]
    [InlineData("ES256")]
    [InlineData("HS256")]
    public async Task Jwk_SignsByItsAlgorithm(string algorithm)
    {
        _vault.Add(VaultHost.KeyName, CreateJwk(algorithm));

        var token = await GetTokenAsync();

        Assert.Equal(algorithm, new JsonWebToken(token).Alg);
        Assert.Equal(HttpStatusCode.OK, await ListAsync(token));
        Assert.Equal(algorithm == "HS256" ? 0 : 1, (await GetJwksAsync()).Length);
        Assert.Equal(
            algorithm == "HS256",
            _host.Logs.GetSnapshot().Any(static record => record.Level == LogLevel.Warning && record.Message.Contains("the key set stays empty", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Jwks_HoldsNothingPrivate_AndMayBeCached()
    {
        _vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        _vault.Add(VaultHost.KeyName, TestKeys.Ec);
        using var response = await _host.GetAsync("/.well-known/jwks.json");

        Assert.Equal("public, max-age=300", response.Headers.CacheControl?.ToString());
        foreach (var key in (await response.ReadJsonAsync()).GetProperty("keys").EnumerateArray())
        {
            Assert.All(key.EnumerateObject(), static member => Assert.Contains(member.Name, new[] { "kty", "use", "alg", "kid", "n", "e", "crv", "x", "y" }));
        }
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

            case "ES256":
                using (var ec = ECDsa.Create())
                {
                    ec.ImportFromPem(TestKeys.Ec);
                    var key = ec.ExportParameters(includePrivateParameters: true);
                    return JsonSerializer.Serialize(new { kty = "EC", crv = "P-256", x = Encode(key.Q.X), y = Encode(key.Q.Y), d = Encode(key.D) });
                }

            default:
                return JsonSerializer.Serialize(new { kty = "oct", k = Encode(RandomNumberGenerator.GetBytes(32)) });
        }
    }

    private static string Kid(string token) => new JsonWebToken(token).Kid;

    private static async Task<string> ActiveKidAsync(GatehouseHost host) =>
        (await host.Services.GetRequiredService<KeyRing>().GetActiveKeyAsync(TestContext.Current.CancellationToken)).Kid;

    private Task<HttpResponseMessage> PostTokenAsync() => _host.PostFormAsync(
        "/token",
        ("grant_type", "client_credentials"),
        ("client_id", GatehouseHost.ClientId),
        ("client_secret", GatehouseHost.ClientSecret));

    private async Task<string> GetTokenAsync()
    {
        using var response = await PostTokenAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await Hosting.Tokens.ReadAsync(response)).AccessToken;
    }

    private async Task<string[]> GetJwksAsync()
    {
        using var response = await _host.GetAsync("/.well-known/jwks.json");
        return [.. (await response.ReadJsonAsync()).GetProperty("keys").EnumerateArray().Select(static key => key.GetProperty("kid").GetString()!)];
    }

    private async Task<HttpStatusCode> ListAsync(string token)
    {
        using var response = await _host.GetAsync("/api/products", token);
        return response.StatusCode;
    }
}
