using Gatehouse.Audit;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Gatehouse.Revocation;
using Gatehouse.Storage;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Stores;
using Gatehouse.Tokens;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>A sign-in takes along what nobody needs any more; that this fails or takes long is nothing to who signs in.</summary>
public sealed class SessionCleanUpTests
{
    private readonly FakeTimeProvider _time = new(Samples.Now);
    private readonly FakeLogger<RefreshTokens> _logger = new();
    private readonly Mock<IRefreshTokenStore> _store = new();
    private readonly RefreshTokens _tokens;

    public SessionCleanUpTests()
    {
        var options = Options.Create(new TokensOptions());
        var audit = new AuditLog(NullLoggerFactory.Instance, new RequestOrigin(), Metering.Create());
        var feed = new RevocationFeed(Mock.Of<IRevocationStore>(), _time, Options.Create(new RevocationOptions()), new RevocationRetention(TimeSpan.FromMinutes(11)), audit, NullLogger<RevocationFeed>.Instance);
        _tokens = new RefreshTokens(_store.Object, feed, new RequestOrigin(), _time, options, audit, _logger);
        _time.Advance(TimeSpan.FromMinutes(10));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FailingCleanUp_DoesNotFailTheSignIn()
    {
        _store.Setup(static store => store.RemoveExpiredAsync(It.IsAny<DateTimeOffset>(), It.IsAny<int>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new StorageUnavailableException("busy", new TimeoutException()));

        var (family, _) = await BeginAsync(Cancellation);

        _store.Verify(store => store.AddAsync(family, It.IsAny<CancellationToken>()), Times.Once);
        Assert.Equal(1220, _logger.LatestRecord.Id.Id);
    }

    [Fact]
    public async Task SlowCleanUp_IsGivenUp()
    {
        SetUpEndless();

        var beginning = BeginAsync(Cancellation);
        _time.Advance(TimeSpan.FromSeconds(2));

        var (family, _) = await beginning.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        _store.Verify(store => store.AddAsync(family, It.IsAny<CancellationToken>()), Times.Once);
    }

    [Fact]
    public async Task DisconnectedCaller_StartsNoSession()
    {
        SetUpEndless();
        using var caller = new CancellationTokenSource();

        var beginning = BeginAsync(caller.Token);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => beginning);
        _store.Verify(static store => store.AddAsync(It.IsAny<RefreshTokenFamily>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    private void SetUpEndless() =>
        _store.Setup(static store => store.RemoveExpiredAsync(It.IsAny<DateTimeOffset>(), It.IsAny<int>(), It.IsAny<CancellationToken>()))
            .Returns(static async (DateTimeOffset _, int _, CancellationToken cancellationToken) =>
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return 0;
            });

    private Task<(RefreshTokenFamily Family, RefreshToken Token)> BeginAsync(CancellationToken cancellationToken) =>
        _tokens.BeginAsync(Samples.User(), new AuthenticationEvent(_time.GetUtcNow(), AuthenticationEvent.Password), "client", ScopeSet.Parse("samples:read"), audiences: [], proofKeyThumbprint: null, cancellationToken);
}
