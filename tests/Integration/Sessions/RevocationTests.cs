using System.Net;
using Gatehouse.Revocation;
using Gatehouse.Storage;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Moq;

namespace Gatehouse.Tests.Integration.Sessions;

/// <summary>Revoked access tokens, on the instance that revokes and on the others.</summary>
[DependsOnStorage]
public sealed class RevocationTests : IAsyncLifetime
{
    private TwoHosts _hosts = null!;

    public async ValueTask InitializeAsync() => _hosts = await TwoHosts.StartAsync();

    public ValueTask DisposeAsync() => _hosts.DisposeAsync();

    [Fact]
    public async Task Logout_EndsTheSession_AtOnceHere_AndWithinTheInterval_There()
    {
        var tokens = await _hosts.First.SignInAsAsync("reader");
        Assert.Equal(HttpStatusCode.OK, await _hosts.First.TryTokenAsync(tokens.AccessToken));
        Assert.Equal(HttpStatusCode.OK, await _hosts.Second.TryTokenAsync(tokens.AccessToken));

        using var logout = await _hosts.First.SendAsync(HttpMethod.Post, "/logout", tokens.AccessToken);

        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await _hosts.First.TryTokenAsync(tokens.AccessToken));
        Assert.Equal("invalid_grant", await RefreshAsync(_hosts.Second, tokens.RefreshToken!));
        _hosts.Time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(HttpStatusCode.Unauthorized, await _hosts.Second.TryTokenAsync(tokens.AccessToken));
    }

    [Fact]
    public async Task Feed_IsReadInTheBackground_After5Seconds()
    {
        var tokens = await _hosts.First.SignInAsAsync("reader");
        await _hosts.Second.TryTokenAsync(tokens.AccessToken);
        using var logout = await _hosts.First.SendAsync(HttpMethod.Post, "/logout", tokens.AccessToken);
        _hosts.Time.Advance(TimeSpan.FromSeconds(6));

        // This request starts the reading and does not wait for it; one of the next sees what was read.
        while (await _hosts.Second.TryTokenAsync(tokens.AccessToken) != HttpStatusCode.Unauthorized)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task InstanceThatStartsLater_RefusesToo()
    {
        var tokens = await _hosts.First.SignInAsAsync("reader");
        using var logout = await _hosts.First.SendAsync(HttpMethod.Post, "/logout", tokens.AccessToken);

        await using var third = await _hosts.StartThirdAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, await third.TryTokenAsync(tokens.AccessToken));
    }

    [Fact]
    public async Task Logout_OfOneSession_LeavesTheOthersAlone()
    {
        await _hosts.First.AddUserAsync("ada", "reader");
        var one = await _hosts.First.SignInAsync("ada");
        var other = await _hosts.First.SignInAsync("ada");
        using var logout = await _hosts.First.SendAsync(HttpMethod.Post, "/logout", one.AccessToken);

        Assert.Equal(HttpStatusCode.OK, await _hosts.First.TryTokenAsync(other.AccessToken));
        Assert.Null(await RefreshAsync(_hosts.First, other.RefreshToken!));
    }

    [Fact]
    public async Task Memory_HoldsOnlyRevocationsOfTokensThatCanStillBeValid()
    {
        var feed = _hosts.Second.Services.GetRequiredService<RevocationFeed>();
        for (var number = 0; number < 100; number++)
        {
            await _hosts.First.Services.GetRequiredService<RevocationFeed>().RevokeTokenAsync($"token {number}", "test", TestContext.Current.CancellationToken);
        }

        _hosts.Time.Advance(TimeSpan.FromSeconds(15));
        await feed.TryRefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal(100, feed.Count);

        // The life of an access token, and the skew of clocks twice.
        _hosts.Time.Advance(TimeSpan.FromMinutes(11));
        await feed.TryRefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, feed.Count);
    }

    [Fact]
    public async Task UnreachableFeed_TokensStayAccepted_UnreadyAfterAMinute_AndRefusedWhenConfigured()
    {
        var store = new Mock<IRevocationStore>();
        var page = new RevocationPage([], "0", HasMore: false);
        store.Setup(static feed => feed.ReadAsync(It.IsAny<string?>(), It.IsAny<CancellationToken>())).ReturnsAsync(page);
        foreach (var failClosedAfter in new[] { null, "00:02:00" })
        {
            await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions
            {
                Settings = new Dictionary<string, string?> { ["Revocation:FailClosedAfter"] = failClosedAfter },
                Configure = builder => builder.Services.Replace(ServiceDescriptor.Singleton(store.Object)),
            });
            store.Setup(static feed => feed.ReadAsync(It.IsAny<string?>(), It.IsAny<CancellationToken>())).ReturnsAsync(page);
            var forge = await TokenForge.CreateAsync(host);
            Assert.Equal(HttpStatusCode.OK, await host.TryTokenAsync(forge.WithClaim("jti", "a")));

            store.Setup(static feed => feed.ReadAsync(It.IsAny<string?>(), It.IsAny<CancellationToken>())).ThrowsAsync(new StorageUnavailableException("away", new TimeoutException()));
            host.Time.Advance(TimeSpan.FromSeconds(59));
            Assert.Equal(HttpStatusCode.OK, await host.TryTokenAsync(forge.WithClaim("jti", "a")));
            Assert.Equal(HttpStatusCode.OK, await GetStatusAsync(host, "/health/ready"));
            host.Time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await GetStatusAsync(host, "/health/ready"));
            Assert.Equal(HttpStatusCode.OK, await host.TryTokenAsync(forge.WithClaim("jti", "a")));
            host.Time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(failClosedAfter is null ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, await host.TryTokenAsync(forge.WithClaim("jti", "a")));
        }
    }

    [Fact]
    public async Task RefreshReuse_TenConcurrentRedemptions_OneIsTheFirst_AndOneMoreUseLaterKillsTheSession()
    {
        var first = await _hosts.First.SignInAsAsync("reader");
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(async number =>
        {
            var host = number % 2 == 0 ? _hosts.First : _hosts.Second;
            using var response = await host.PostFormAsync("/token", ("grant_type", "refresh_token"), ("refresh_token", first.RefreshToken!));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return await Hosting.Tokens.ReadAsync(response);
        }));

        // One redemption rotated the session; all the others got the token that this one had made.
        var next = Assert.Single(answers.Select(static answer => answer.RefreshToken).Distinct());
        _hosts.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("invalid_grant", await RefreshAsync(_hosts.First, first.RefreshToken!));
        Assert.Equal("invalid_grant", await RefreshAsync(_hosts.Second, next!));
        _hosts.Time.Advance(TimeSpan.FromSeconds(15));
        foreach (var answer in answers.Append(first))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await _hosts.First.TryTokenAsync(answer.AccessToken));
            Assert.Equal(HttpStatusCode.Unauthorized, await _hosts.Second.TryTokenAsync(answer.AccessToken));
        }
    }

    private static async Task<string?> RefreshAsync(GatehouseHost host, string token)
    {
        using var response = await host.PostFormAsync("/token", ("grant_type", "refresh_token"), ("refresh_token", token));
        return response.IsSuccessStatusCode ? null : await response.ReadOAuthErrorAsync(HttpStatusCode.BadRequest);
    }

    private static async Task<HttpStatusCode> GetStatusAsync(GatehouseHost host, string path, string? token = null)
    {
        using var response = await host.GetAsync(path, token);
        return response.StatusCode;
    }
}
