using System.Collections.Immutable;
using System.Net;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tokens;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>Refresh tokens (RFC 6749 §6, RFC 9700 §4.14.2).</summary>
[DependsOnStorage]
public sealed class RefreshTests : GatehouseTest
{
    [Fact]
    public async Task Refresh_GivesANewPair_OfTheSameSession()
    {
        var first = await Host.SignInAsAsync("writer");
        Host.Time.Advance(TimeSpan.FromMinutes(9));
        var second = await Host.RefreshOkAsync(first.RefreshToken!);

        var before = new JsonWebToken(first.AccessToken);
        var after = new JsonWebToken(second.AccessToken);
        Assert.NotEqual(first.RefreshToken, second.RefreshToken);
        Assert.NotEqual(before.Id, after.Id);
        foreach (var claim in new[] { "sub", "sid", "client_id", "scope" })
        {
            Assert.Equal(before.GetPayloadValue<string>(claim), after.GetPayloadValue<string>(claim));
        }

        // The person has proved who they are once, at the beginning.
        Assert.Equal(before.GetPayloadValue<long>("auth_time"), after.GetPayloadValue<long>("auth_time"));
        Assert.Equal(["pwd"], after.GetPayloadValue<string[]>("amr"));
        Assert.Equal(before.IssuedAt.AddMinutes(9), after.IssuedAt);
    }

    [Fact]
    public async Task Store_HoldsOnlyHashesOfTokens()
    {
        var first = await Host.SignInAsAsync("reader");
        var second = await Host.RefreshOkAsync(first.RefreshToken!);

        Assert.True(RefreshToken.TryParse(first.RefreshToken!, out var before));
        Assert.True(RefreshToken.TryParse(second.RefreshToken!, out var now));
        var stored = await Host.Services.GetRequiredService<IRefreshTokenStore>().FindAsync(now.FamilyId, TestContext.Current.CancellationToken);
        Assert.Equal(now.Hash(), stored!.CurrentHash);
        Assert.Equal(before.Hash(), stored.PreviousHash);

        // Neither a token's first part nor a secret.
        var written = typeof(RefreshTokenFamily).GetProperties().Select(property => property.GetValue(stored)).ToArray();
        Assert.DoesNotContain(now.Family, written.OfType<string>());
        Assert.All(written.OfType<ImmutableArray<byte>>(), bytes => Assert.False(bytes.SequenceEqual(before.Secret) || bytes.SequenceEqual(now.Secret)));
    }

    [Fact]
    public async Task InventedSecret_WithTheSessionIdOfAnAccessToken_DoesNotEndTheSession()
    {
        var tokens = await Host.SignInAsAsync("reader");
        var session = new JsonWebToken(tokens.AccessToken).GetPayloadValue<string>("sid");

        await Host.AssertInvalidGrantAsync($"{session}.{tokens.RefreshToken!.Split('.')[1]}");

        await Host.RefreshOkAsync(tokens.RefreshToken);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA*")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA.AAAA")]
    [InlineData("'; DROP TABLE refresh_token_families; --")]
    public async Task InventedToken_IsRefused(string token)
    {
        using var response = await Host.RefreshAsync(token);

        Assert.Equal(token.Length == 0 ? "invalid_request" : "invalid_grant", await response.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task Lifetime_SlidesWithEachUse()
    {
        var tokens = await Host.SignInAsAsync("reader");
        for (var day = 0; day < 26; day += 13)
        {
            Host.Time.Advance(TimeSpan.FromDays(13));
            tokens = await Host.RefreshOkAsync(tokens.RefreshToken!);
        }

        Assert.NotNull(tokens.RefreshToken);
    }

    [Fact]
    public async Task Lifetime_EndsWithoutUse()
    {
        var tokens = await Host.SignInAsAsync("reader");
        Host.Time.Advance(TimeSpan.FromDays(14));

        await Host.AssertInvalidGrantAsync(tokens.RefreshToken!);
    }

    [Fact]
    public async Task Lifetime_EndsAbsolutely_DespiteUse()
    {
        var tokens = await Host.SignInAsAsync("reader");
        for (var day = 0; day < 29; day++)
        {
            Host.Time.Advance(TimeSpan.FromDays(1));
            tokens = await Host.RefreshOkAsync(tokens.RefreshToken!);
        }

        Host.Time.Advance(TimeSpan.FromDays(1));

        await Host.AssertInvalidGrantAsync(tokens.RefreshToken!);
    }

    [Fact]
    public async Task EndedSessions_AreRemovedByLaterSignIns()
    {
        var token = (await Host.SignInAsAsync("reader")).RefreshToken!;
        Assert.True(RefreshToken.TryParse(token, out var parsed));
        var store = Host.Services.GetRequiredService<IRefreshTokenStore>();
        Assert.NotNull(await store.FindAsync(parsed.FamilyId, TestContext.Current.CancellationToken));

        Host.Time.Advance(TimeSpan.FromDays(30));
        await Host.SignInAsAsync("reader");

        Assert.Null(await store.FindAsync(parsed.FamilyId, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Scope_CanBeNarrowedForOneToken_AndStaysAsGrantedForTheNext()
    {
        var tokens = await Host.SignInAsAsync("writer");
        using var narrowed = await Host.RefreshAsync(tokens.RefreshToken!, ("scope", "samples:read"));
        var narrow = await Hosting.Tokens.ReadAsync(narrowed);
        var next = await Host.RefreshOkAsync(narrow.RefreshToken!);

        Assert.Equal("samples:read", narrow.Scope);
        Assert.Equal("samples:read samples:write", next.Scope);
    }

    [Fact]
    public async Task Scope_CannotBeWidened_AndTheAttemptCostsNoToken()
    {
        var tokens = await Host.SignInAsAsync("reader");
        using var response = await Host.RefreshAsync(tokens.RefreshToken!, ("scope", "samples:read samples:write"));

        Assert.Equal("invalid_scope", await response.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
        await Host.RefreshOkAsync(tokens.RefreshToken!);
    }

    [Fact]
    public async Task NarrowedRefresh_CarriesOnlyRolesWhoseScopesItCarries()
    {
        await Host.AddUserAsync("ada", "reader", "writer");
        var tokens = await Host.SignInAsync("ada");

        using var response = await Host.PostFormAsync("/token", ("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!), ("scope", "samples:read"));
        var narrowed = await Hosting.Tokens.ReadAsync(response);

        Assert.Equal(["reader"], new JsonWebToken(narrowed.AccessToken).GetPayloadValue<string[]>("roles"));
    }

    [Fact]
    public async Task Roles_AreReadAgain_AndNeverWidenTheSession()
    {
        await Host.AddUserAsync("ada", "writer");
        var tokens = await Host.SignInAsync("ada");

        await ReplaceAsync(static user => user with { Roles = ["reader"] });
        tokens = await Host.RefreshOkAsync(tokens.RefreshToken!);
        Assert.Equal("samples:read", tokens.Scope);

        await ReplaceAsync(static user => user with { Roles = ["owner", "writer"] });
        tokens = await Host.RefreshOkAsync(tokens.RefreshToken!);
        Assert.Equal("samples:read samples:write", tokens.Scope);
        Assert.Equal("writer", new JsonWebToken(tokens.AccessToken).GetPayloadValue<string[]>("roles").Single());
    }

    [Fact]
    public async Task DisabledUser_GetsNoMoreTokens()
    {
        await Host.AddUserAsync("ada", "reader");
        var tokens = await Host.SignInAsync("ada");
        await ReplaceAsync(static user => user with { IsEnabled = false });

        await Host.AssertInvalidGrantAsync(tokens.RefreshToken!);
    }

    [Fact]
    public async Task Token_IsBoundToItsClient()
    {
        await Host.AddClientSecretAsync();
        var tokens = await Host.SignInAsAsync("reader");

        using var another = await Host.RefreshAsync(tokens.RefreshToken!, ("client_id", GatehouseHost.ClientId), ("client_secret", GatehouseHost.ClientSecret));
        using var unknown = await Host.RefreshAsync(tokens.RefreshToken!, ("client_id", "another-client"));
        using var own = await Host.RefreshAsync(tokens.RefreshToken!, ("client_id", "gatehouse"));

        Assert.Equal("invalid_grant", await another.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
        Assert.Equal("invalid_grant", await unknown.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
    }

    private async Task ReplaceAsync(Func<User, User> change)
    {
        var users = Host.Services.GetRequiredService<IUserStore>();
        Assert.True(UserName.TryParse("ada", out var name));
        var user = await users.FindAsync(name, TestContext.Current.CancellationToken);
        Assert.NotNull(await users.TryReplaceAsync(change(user!), TestContext.Current.CancellationToken));
    }
}
