using System.Net;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>A refresh token that is redeemed more than once: by a client whose answer was lost, or by a thief (RFC 9700 §4.14.2).</summary>
[DependsOnStorage]
public sealed class RefreshReuseTests : GatehouseTest
{
    [Fact]
    public async Task Token_ThatWasJustUsed_GetsTheSameAnswerWithinTheLeeway()
    {
        var first = await Host.SignInAsAsync("reader");
        var second = await Host.RefreshOkAsync(first.RefreshToken!);
        Host.Time.Advance(TimeSpan.FromSeconds(29));

        var again = await Host.RefreshOkAsync(first.RefreshToken!);

        Assert.Equal(second.RefreshToken, again.RefreshToken);
        await Host.RefreshOkAsync(again.RefreshToken!);
    }

    [Fact]
    public async Task Token_ThatWasUsedBeforeTheLeeway_EndsTheSession()
    {
        var first = await Host.SignInAsAsync("reader");
        var second = await Host.RefreshOkAsync(first.RefreshToken!);
        Host.Time.Advance(TimeSpan.FromSeconds(30));

        await Host.AssertInvalidGrantAsync(first.RefreshToken!);
        await Host.AssertInvalidGrantAsync(second.RefreshToken!);
        Assert.Contains(Host.Logs.GetSnapshot(), static record => record.Message.Contains("A used refresh token was sent again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Token_BeforeTheLastOne_EndsTheSession_EvenWithinTheLeeway()
    {
        var first = await Host.SignInAsAsync("reader");
        var second = await Host.RefreshOkAsync(first.RefreshToken!);
        var third = await Host.RefreshOkAsync(second.RefreshToken!);

        await Host.AssertInvalidGrantAsync(first.RefreshToken!);
        await Host.AssertInvalidGrantAsync(third.RefreshToken!);
    }

    [Fact]
    public async Task Leeway_OfZero_MakesEveryReuseEndTheSession()
    {
        await using var strict = await GatehouseHost.StartAsync(new GatehouseHostOptions
        {
            Settings = new Dictionary<string, string?> { ["Tokens:RefreshReuseLeeway"] = "00:00:00" },
        });
        var first = await strict.SignInAsAsync("reader");
        using var second = await strict.PostFormAsync("/token", ("grant_type", "refresh_token"), ("refresh_token", first.RefreshToken!));
        using var again = await strict.PostFormAsync("/token", ("grant_type", "refresh_token"), ("refresh_token", first.RefreshToken!));

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal("invalid_grant", await again.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task TenAtOnce_AllGetTheSameAnswer_AndNoneFails()
    {
        var first = await Host.SignInAsAsync("reader");

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Host.RefreshOkAsync(first.RefreshToken!)));

        Assert.Single(answers.Select(static answer => answer.RefreshToken).Distinct());
    }

    [Fact]
    public async Task RepeatedRedemptions_AreAudited_AndTooManyEndTheSession()
    {
        var first = await Host.SignInAsAsync("reader");
        for (var redemption = 0; redemption < 11; redemption++)
        {
            await Host.RefreshOkAsync(first.RefreshToken!);
        }

        await Host.AssertInvalidGrantAsync(first.RefreshToken!);

        var events = Host.Logs.GetSnapshot().Select(static record => record.Id.Name).ToList();
        Assert.Equal(10, events.Count(static name => name == "RefreshRepeated"));
        Assert.Single(events, "RefreshReused");
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(first.AccessToken));
    }

    [Fact]
    public async Task ThiefWhoRedeemsAlong_IsNoticed_HoweverOftenTheTokenIsReplaced()
    {
        var tokens = await Host.SignInAsAsync("reader");
        for (var round = 0; round < 10; round++)
        {
            var owner = await Host.RefreshOkAsync(tokens.RefreshToken!);
            var thief = await Host.RefreshOkAsync(tokens.RefreshToken!);
            Assert.Equal(owner.RefreshToken, thief.RefreshToken);
            tokens = owner;
            Host.Time.Advance(TimeSpan.FromMinutes(5));
        }

        var last = await Host.RefreshOkAsync(tokens.RefreshToken!);
        await Host.AssertInvalidGrantAsync(tokens.RefreshToken!);
        await Host.AssertInvalidGrantAsync(last.RefreshToken!);
    }

    [Fact]
    public async Task LostAnswer_NowAndThen_DoesNotEndTheSession()
    {
        var tokens = await Host.SignInAsAsync("reader");
        for (var round = 0; round < 30; round++)
        {
            var lost = await Host.RefreshOkAsync(tokens.RefreshToken!);
            tokens = await Host.RefreshOkAsync(tokens.RefreshToken!);
            Assert.Equal(lost.RefreshToken, tokens.RefreshToken);
            tokens = await Host.RefreshOkAsync(tokens.RefreshToken!);
        }
    }
}
