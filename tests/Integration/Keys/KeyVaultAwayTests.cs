using System.Net;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.KeyVault;
using Gatehouse.Tests.Integration.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tests.Integration.Keys;

/// <summary>What an empty, slow or absent Key Vault does to callers: as little as can be.</summary>
public sealed class KeyVaultAwayTests : VaultHostTests
{
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
        using (var listing = await Host.ReadSamplesAsync(token))
        using (var ready = await Host.GetAsync("/health/ready"))
        using (var live = await Host.GetAsync("/health"))
        {
            await listing.ReadProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            Assert.Equal(ApiDescription.Embedded.ReadAnswerExample("Ready", 503), await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        }

        Vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        Time.Advance(TimeSpan.FromSeconds(10));

        await GetTokenAsync();
    }

    [Fact]
    public async Task UnreachableVault_AtTheStart_Is503_UntilItReturns()
    {
        Vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        Vault.GoAway();
        using (var response = await PostTokenAsync())
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.NotNull(response.Headers.RetryAfter);
        }

        Vault.ComeBack();
        Time.Advance(TimeSpan.FromSeconds(10));

        await GetTokenAsync();
    }

    [Theory]
    [InlineData(StatusCodes.Status429TooManyRequests)]
    [InlineData(StatusCodes.Status403Forbidden)]
    [InlineData(StatusCodes.Status500InternalServerError)]
    [InlineData(0)]
    public async Task UnreachableVault_AfterARead_TheLastKeysStayInUse(int status)
    {
        Vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        await GetTokenAsync();
        Vault.Fault = context =>
        {
            if (status == 0)
            {
                context.Abort();
            }

            context.Response.StatusCode = status == 0 ? StatusCodes.Status502BadGateway : status;
            return Task.CompletedTask;
        };
        Time.Advance(TimeSpan.FromHours(3));

        var token = await GetTokenAsync();

        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(token));
        Assert.Contains(Host.Logs.GetSnapshot(), static record => record.Level == LogLevel.Error && record.Message.Contains("The keys read before stay in use", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SlowVault_IsReadOnce_ForAllRequests()
    {
        Vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        var gate = new TaskCompletionSource();
        var asked = new TaskCompletionSource();
        Vault.Fault = async context =>
        {
            asked.TrySetResult();
            await gate.Task;
            Vault.ComeBack();
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        };
        var waiting = Enumerable.Range(0, 20).Select(_ => Host.GetAsync("/.well-known/jwks.json")).ToArray();
        await asked.Task;
        gate.SetResult();

        foreach (var response in await Task.WhenAll(waiting))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(1, Vault.Lists);
    }

    [Fact]
    public async Task SilentVault_Is503_AfterTheTimeout()
    {
        var gate = new TaskCompletionSource();
        var asked = new TaskCompletionSource();
        Vault.Fault = async _ =>
        {
            asked.TrySetResult();
            await gate.Task;
        };
        var token = PostTokenAsync();
        await asked.Task;
        Time.Advance(TimeSpan.FromSeconds(20));

        using var response = await token;

        Assert.Equal("temporarily_unavailable", await response.ReadOAuthErrorAsync(HttpStatusCode.ServiceUnavailable));
        Assert.NotNull(response.Headers.RetryAfter);
        gate.SetResult();
    }
}
