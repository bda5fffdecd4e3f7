using Gatehouse.Audit;
using Gatehouse.Protection.Http;
using Gatehouse.Revocation;
using Gatehouse.Storage;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace Gatehouse.Tests.Integration.Sessions;

/// <summary>A feed that a new instance can't read in one go.</summary>
public sealed class LongFeedTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly Mock<IRevocationStore> _store = new(MockBehavior.Strict);
    private readonly RevocationFeed _feed;

    public LongFeedTests()
    {
        var audit = new AuditLog(NullLoggerFactory.Instance, new RequestOrigin(), Metering.Create());
        _feed = new RevocationFeed(_store.Object, _time, Options.Create(new RevocationOptions()), new RevocationRetention(TimeSpan.FromMinutes(11)), audit, NullLogger<RevocationFeed>.Instance);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task InterruptedRead_CountsUpToItsEnd_AndTheNextContinuesThere()
    {
        Serve(null, "first", "page 2");
        Serve("page 2", "second", "page 3");
        _store.Setup(static store => store.ReadAsync("page 3", It.IsAny<CancellationToken>()))
            .ThrowsAsync(new StorageUnavailableException("slow", new TimeoutException()));

        await _feed.TryRefreshAsync(Cancellation);

        Assert.Equal(2, _feed.Count);
        Serve("page 3", "third", "the end", hasMore: false);
        _time.Advance(TimeSpan.FromSeconds(1));
        await _feed.TryRefreshAsync(Cancellation);

        Assert.Equal(3, _feed.Count);
        Assert.Equal(TimeSpan.Zero, _feed.Age);
        _store.Verify(static store => store.ReadAsync(null, It.IsAny<CancellationToken>()), Times.Once);
        _store.Verify(static store => store.ReadAsync("page 2", It.IsAny<CancellationToken>()), Times.Once);
    }

    [Fact]
    public async Task NextRead_ContinuesAtTheEndOfTheLast()
    {
        Serve(null, "first", "the end", hasMore: false);
        Serve("the end", "second", "the new end", hasMore: false);
        await _feed.TryRefreshAsync(Cancellation);

        _time.Advance(new RevocationOptions().WaitAfter);
        await _feed.TryRefreshAsync(Cancellation);

        Assert.Equal(2, _feed.Count);
        _store.Verify(static store => store.ReadAsync(null, It.IsAny<CancellationToken>()), Times.Once);
    }

    private void Serve(string? cursor, string id, string next, bool hasMore = true) =>
        _store.Setup(store => store.ReadAsync(cursor, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new RevocationPage([new(RevocationKind.Session, id, _time.GetUtcNow(), _time.GetUtcNow().AddMinutes(11))], next, hasMore));
}
