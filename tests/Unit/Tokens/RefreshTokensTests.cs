using Gatehouse.Audit;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Gatehouse.Revocation;
using Gatehouse.Tokens;
using Gatehouse.Users;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace Gatehouse.Tests.Unit.Tokens;

/// <summary>Redemptions that lose a race, which a test can't produce on demand over HTTP.</summary>
public sealed class RefreshTokensTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly Mock<IRefreshTokenStore> _store = new(MockBehavior.Strict);
    private readonly Mock<IRevocationStore> _revocations = new();
    private readonly RefreshTokens _tokens;
    private readonly User _user;

    public RefreshTokensTests()
    {
        var audit = new AuditLog(NullLoggerFactory.Instance, new RequestOrigin(), Metering.Create());
        var tokens = Options.Create(new TokensOptions());
        var feed = new RevocationFeed(_revocations.Object, _time, Options.Create(new RevocationOptions()), new RevocationRetention(TimeSpan.FromMinutes(11)), audit, NullLogger<RevocationFeed>.Instance);
        _tokens = new RefreshTokens(_store.Object, feed, new RequestOrigin(), _time, tokens, audit, NullLogger<RefreshTokens>.Instance);
        Assert.True(UserName.TryParse("ada", out var name));
        _user = new User { Id = "1", Name = name, PasswordHash = "", Roles = [], CreatedAt = _time.GetUtcNow() };
        _store.Setup(static store => store.UnlistAsync(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<CancellationToken>())).Returns(Task.CompletedTask);
        _store.Setup(static store => store.AddAsync(It.IsAny<RefreshTokenFamily>(), It.IsAny<CancellationToken>())).Returns(Task.CompletedTask);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Begin_CleansUpEvery10Minutes_AndAtEachSignInWhileMoreIsLeft()
    {
        var removed = new Queue<int>([100, 100, 7, 0]);
        _store.Setup(static store => store.RemoveExpiredAsync(It.IsAny<DateTimeOffset>(), 100, It.IsAny<CancellationToken>())).ReturnsAsync(removed.Dequeue);

        await BeginAsync();
        Assert.Equal(4, removed.Count);

        _time.Advance(TimeSpan.FromMinutes(10));
        for (var left = 3; left >= 1; left--)
        {
            await BeginAsync();
            Assert.Equal(left, removed.Count);
        }

        await BeginAsync();
        Assert.Single(removed);

        _time.Advance(TimeSpan.FromMinutes(10));
        await BeginAsync();
        Assert.Empty(removed);
    }

    [Fact]
    public async Task Redeem_ThatLosesTheRace_GetsTheWinnersAnswer()
    {
        var (family, token) = await BeginAsync();
        var winner = family;
        _store.SetupSequence(static store => store.TryReplaceAsync(It.IsAny<RefreshTokenFamily>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(true);
        var won = await _tokens.RedeemAsync(token, family, Cancellation);
        winner = won.Family;
        _store.Reset();
        _store.SetupSequence(static store => store.TryReplaceAsync(It.IsAny<RefreshTokenFamily>(), It.IsAny<CancellationToken>())).ReturnsAsync(false).ReturnsAsync(true);
        _store.Setup(store => store.FindAsync(family.Id, It.IsAny<CancellationToken>())).ReturnsAsync(winner);

        var lost = await _tokens.RedeemAsync(token, family, Cancellation);

        Assert.False(won.IsRepeated);
        Assert.True(lost.IsRepeated);
        Assert.Equal(won.Next.Encode(), lost.Next.Encode());
    }

    [Fact]
    public async Task Redeem_OfAConcurrentlyRevokedFamily_IsRefused()
    {
        var (family, token) = await BeginAsync();
        _store.SetupSequence(static store => store.TryReplaceAsync(It.IsAny<RefreshTokenFamily>(), It.IsAny<CancellationToken>())).ReturnsAsync(false).ReturnsAsync(true);
        _store.Setup(store => store.FindAsync(family.Id, It.IsAny<CancellationToken>())).ReturnsAsync(family with { RevokedAt = _time.GetUtcNow() });

        await Assert.ThrowsAsync<InvalidRefreshTokenException>(() => _tokens.RedeemAsync(token, family, Cancellation));
    }

    [Fact]
    public async Task Redeem_OfAnOldToken_RetriesUntilTheFamilyIsRevoked()
    {
        var (family, old) = await BeginAsync();
        var changed = family with { CurrentHash = RefreshToken.CreateFirst().Hash(), RotatedAt = _time.GetUtcNow() };
        _store.SetupSequence(static store => store.TryReplaceAsync(It.Is<RefreshTokenFamily>(static written => written.RevokedAt != null), It.IsAny<CancellationToken>()))
            .ReturnsAsync(false)
            .ReturnsAsync(true);
        _store.Setup(store => store.FindAsync(family.Id, It.IsAny<CancellationToken>())).ReturnsAsync(changed);

        await Assert.ThrowsAsync<InvalidRefreshTokenException>(() => _tokens.RedeemAsync(old, changed, Cancellation));

        _revocations.Verify(store => store.AppendAsync(It.Is<RevocationEntry>(entry => entry.Kind == RevocationKind.Session && entry.Id == family.Id), It.IsAny<CancellationToken>()));
        _store.Verify(static store => store.TryReplaceAsync(It.IsAny<RefreshTokenFamily>(), It.IsAny<CancellationToken>()), Times.Exactly(2));
    }

    private Task<(RefreshTokenFamily Family, RefreshToken Token)> BeginAsync() =>
        _tokens.BeginAsync(_user, new AuthenticationEvent(_time.GetUtcNow(), AuthenticationEvent.Password), "gatehouse", ScopeSet.Parse("samples:read"), audiences: [], proofKeyThumbprint: null, Cancellation);
}
