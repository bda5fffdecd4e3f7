using Gatehouse.Audit;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Gatehouse.Revocation;
using Gatehouse.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace Gatehouse.Tests.Unit.Revocation;

/// <summary>How long the feed keeps a revocation, and how a reading cleans it up.</summary>
public sealed class RevocationFeedTests
{
    private const int CleanUpLimit = 500;

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly Mock<IRevocationStore> _store = new();
    private readonly RevocationFeed _feed;

    public RevocationFeedTests()
    {
        var audit = new AuditLog(NullLoggerFactory.Instance, new RequestOrigin(), Metering.Create());
        _feed = new RevocationFeed(_store.Object, _time, Options.Create(new RevocationOptions()), new RevocationRetention(TimeSpan.FromMinutes(11)), audit, NullLogger<RevocationFeed>.Instance);
        _store.Setup(static store => store.ReadAsync(It.IsAny<string?>(), It.IsAny<CancellationToken>())).ReturnsAsync(new RevocationPage([], "0", HasMore: false));
    }

    [Fact]
    public async Task CleanUp_RunsWithEachReading_WhileMoreIsLeft()
    {
        var removed = new Queue<int>([CleanUpLimit, CleanUpLimit, 7, 0]);
        _store.Setup(static store => store.RemoveExpiredAsync(It.IsAny<DateTimeOffset>(), CleanUpLimit, It.IsAny<CancellationToken>())).ReturnsAsync(removed.Dequeue);

        await ReadAfterAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(3, removed.Count);
        await ReadAfterAsync(TimeSpan.FromSeconds(15));
        Assert.Equal(2, removed.Count);
        await ReadAfterAsync(TimeSpan.FromSeconds(15));
        Assert.Single(removed);
        await ReadAfterAsync(TimeSpan.FromSeconds(15));
        Assert.Single(removed);
        await ReadAfterAsync(TimeSpan.FromMinutes(10));
        Assert.Empty(removed);
    }

    [Fact]
    public async Task HangingStorage_DelaysOnlyOneRequest()
    {
        await ReadAfterAsync(TimeSpan.Zero);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.Setup(static store => store.ReadAsync(It.IsAny<string?>(), It.IsAny<CancellationToken>())).Returns(async (string? _, CancellationToken cancellationToken) =>
        {
            started.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return new RevocationPage([], "0", HasMore: false);
        });
        _time.Advance(TimeSpan.FromSeconds(15));
        var first = _feed.TryRefreshAsync(TestContext.Current.CancellationToken);
        await started.Task;
        Assert.False(first.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(5));
        await first;

        // The clock stands still, so a request that waited would never end.
        _time.Advance(TimeSpan.FromSeconds(2));
        await _feed.TryRefreshAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.Equal(TimeSpan.FromSeconds(22), _feed.Age);
    }

    [Fact]
    public async Task UnreadFeed_FailsClosedAtOnce()
    {
        var options = new RevocationOptions { FailClosedAfter = TimeSpan.FromMinutes(10) };
        var feed = new RevocationFeed(_store.Object, _time, Options.Create(options), new RevocationRetention(TimeSpan.FromMinutes(11)), new AuditLog(NullLoggerFactory.Instance, new RequestOrigin(), Metering.Create()), NullLogger<RevocationFeed>.Instance);
        _store.Setup(static store => store.ReadAsync(It.IsAny<string?>(), It.IsAny<CancellationToken>())).ThrowsAsync(new StorageUnavailableException("away", new TimeoutException()));
        var caller = new Caller { Subject = "a", ClientId = "c", TokenId = "t", Scopes = ScopeSet.Empty, IssuedAt = _time.GetUtcNow(), ExpiresAt = _time.GetUtcNow().AddMinutes(10) };

        await Assert.ThrowsAsync<StorageUnavailableException>(() => feed.IsRevokedAsync(caller, TestContext.Current.CancellationToken).AsTask());
    }

    [Theory]
    [InlineData(659, 1)]
    [InlineData(660, 0)]
    public async Task Revocation_IsKept_ForAnAccessTokensLifetimeAndTwoSkews(int seconds, int kept)
    {
        await _feed.RevokeSessionAsync("session", "logout", TestContext.Current.CancellationToken);

        await ReadAfterAsync(TimeSpan.FromSeconds(seconds));

        Assert.Equal(kept, _feed.Count);
    }

    [Fact]
    public async Task FailedCleanUp_DoesNotFailTheReading()
    {
        foreach (var failure in new Exception[] { new StorageUnavailableException("busy", new TimeoutException()), new OperationCanceledException() })
        {
            _store.Setup(static store => store.RemoveExpiredAsync(It.IsAny<DateTimeOffset>(), CleanUpLimit, It.IsAny<CancellationToken>())).ThrowsAsync(failure);

            await ReadAfterAsync(TimeSpan.FromMinutes(10));

            Assert.Equal(TimeSpan.Zero, _feed.Age);
        }
    }

    private async Task ReadAfterAsync(TimeSpan pause)
    {
        _time.Advance(pause);
        await _feed.TryRefreshAsync(TestContext.Current.CancellationToken);
    }
}
