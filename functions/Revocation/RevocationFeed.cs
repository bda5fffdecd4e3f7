using Gatehouse.Audit;
using Gatehouse.Protection;
using Gatehouse.Protection.Caching;
using Gatehouse.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Revocation;

/// <summary>
/// Revokes access tokens without a look-up for each request: who revokes appends to a feed, and every instance reads what
/// is new in it when requests come by. The instance that revokes knows at once.
/// </summary>
internal sealed class RevocationFeed
{
    /// <summary>The metric that tells how long ago the feed was read.</summary>
    public const string AgeMetric = "gatehouse.revocation.feed.age";

    /// <summary>The metric that counts the revocations in memory.</summary>
    public const string EntriesMetric = "gatehouse.revocation.feed.entries";

    private const int CleanUpLimit = 500;
    private static readonly TimeSpan CleanUpInterval = TimeSpan.FromMinutes(10);

    // Storage that hangs would otherwise hold each request up for a time-out. Longer than one takes, so that it lasts as
    // long as requests come; shorter than an instance may stand still between two of them.
    private static readonly TimeSpan RetryInBackgroundFor = TimeSpan.FromSeconds(30);

    private readonly IRevocationStore _store;
    private readonly TimeProvider _time;
    private readonly AuditLog _audit;
    private readonly ILogger<RevocationFeed> _logger;
    private readonly RevocationOptions _options;
    private readonly TimeSpan _keepFor;
    private readonly RevokedTokens _revoked = new();
    private readonly RequestDrivenCache<string> _cursor;
    private readonly long _startedAt;
    private long _cleanedUpAt;
    private bool _isCleanUpDue;

    // How far the feed was read, also by a reading that was cut off: a new instance may have more of it before it than fits
    // into one, and would never get to its end if each began anew. There is one reading at a time.
    private string? _position;

    public RevocationFeed(
        IRevocationStore store,
        TimeProvider time,
        IOptions<RevocationOptions> options,
        RevocationRetention retention,
        AuditLog audit,
        ILogger<RevocationFeed> logger)
    {
        _store = store;
        _time = time;
        _audit = audit;
        _logger = logger;
        _options = options.Value;

        _keepFor = retention.KeepFor;
        _startedAt = _cleanedUpAt = time.GetTimestamp();
        _cursor = new RequestDrivenCache<string>(
            (_, cancellationToken) => LoadAsync(cancellationToken),
            new RequestDrivenCacheOptions
            {
                RefreshAfter = _options.RefreshAfter,
                WaitAfter = _options.WaitAfter,
                RetryAfterFailure = TimeSpan.FromSeconds(1),
                RetryInBackgroundFor = RetryInBackgroundFor,
                LoadTimeout = TimeSpan.FromSeconds(5),
                OnFailure = logger.FeedNotRead,
            },
            time);
    }

    /// <summary>How many revocations are held in memory.</summary>
    public int Count => _revoked.Count;

    /// <summary>How long ago the feed was read; since the start when it never was.</summary>
    public TimeSpan Age => _cursor.Age ?? _time.GetElapsedTime(_startedAt);

    /// <summary>Whether a token must be refused.</summary>
    /// <exception cref="StorageUnavailableException">The feed is too old, and <see cref="RevocationOptions.FailClosedAfter"/> says that no token is good then.</exception>
    public ValueTask<bool> IsRevokedAsync(Caller caller, CancellationToken cancellationToken) =>
        _cursor.TryGet(out _) ? ValueTask.FromResult(_revoked.Contains(caller)) : WaitAsync(caller, cancellationToken);

    /// <summary>Reads the feed if it is time, and waits for it if it is high time. A failure shows in <see cref="Age"/>.</summary>
    public async Task TryRefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await StorageBudget.WaitAsync(_cursor.GetAsync(cancellationToken).AsTask(), _time, cancellationToken);
        }
        catch (Exception exception) when (exception is StorageUnavailableException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // It was never read, and the log has the reason; or it takes longer than this request may wait.
        }
    }

    /// <summary>Whether this instance knows that a session was revoked.</summary>
    public bool HoldsSession(string sessionId) => _revoked.ContainsSession(sessionId);

    /// <summary>Refuses every access token of a session.</summary>
    public Task RevokeSessionAsync(string sessionId, string reason, CancellationToken cancellationToken) =>
        RevokeAsync(Create(RevocationKind.Session, sessionId, _time.GetUtcNow()), reason, cancellationToken);

    /// <summary>Refuses one access token.</summary>
    public Task RevokeTokenAsync(string tokenId, string reason, CancellationToken cancellationToken) =>
        RevokeAsync(Create(RevocationKind.Token, tokenId, _time.GetUtcNow()), reason, cancellationToken);

    /// <summary>Refuses every access token of a subject that was issued up to a time, but those of one session if it is named.</summary>
    public Task RevokeSubjectAsync(string subject, DateTimeOffset until, string reason, string? exceptSession, CancellationToken cancellationToken) =>
        RevokeAsync(Create(RevocationKind.Subject, subject, until) with { ExceptSession = exceptSession }, reason, cancellationToken);

    private RevocationEntry Create(RevocationKind kind, string id, DateTimeOffset until) => new(kind, id, until, until + _keepFor);

    private async Task RevokeAsync(RevocationEntry entry, string reason, CancellationToken cancellationToken)
    {
        // Known here before it is known everywhere: if the storage fails, this instance at least refuses it.
        _revoked.Add(entry);
        await _store.AppendAsync(entry, cancellationToken);
        _audit.Revoked(entry.Kind.ToString().ToLowerInvariant(), entry.Id, reason);
    }

    private async ValueTask<bool> WaitAsync(Caller caller, CancellationToken cancellationToken)
    {
        await TryRefreshAsync(cancellationToken);
        if (_options.FailClosedAfter is { } limit && (_cursor.Age is not { } age || age >= limit))
        {
            throw new StorageUnavailableException("The revocation feed is too old, and Revocation:FailClosedAfter refuses tokens then.", new TimeoutException());
        }

        return _revoked.Contains(caller);
    }

    private async Task<string> LoadAsync(CancellationToken cancellationToken)
    {
        // For all requests: its limit is LoadTimeout, not what is left to the one that came by.
        StorageBudget.Begin(_time);
        var now = _time.GetUtcNow();
        RevocationPage page;
        do
        {
            page = await _store.ReadAsync(_position, cancellationToken);
            foreach (var entry in page.Entries)
            {
                if (entry.ExpiresAt > now)
                {
                    _revoked.Add(entry);
                }
            }

            _position = page.Cursor;
        }
        while (page.HasMore);

        _revoked.Prune(now);
        await CleanUpAsync(now, cancellationToken);
        return page.Cursor;
    }

    // Any instance may; it is done now and then by the reading that happens to come by.
    private async Task CleanUpAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!_isCleanUpDue && _time.GetElapsedTime(_cleanedUpAt) < CleanUpInterval)
        {
            return;
        }

        _isCleanUpDue = false;
        _cleanedUpAt = _time.GetTimestamp();
        try
        {
            var removed = await _store.RemoveExpiredAsync(now, CleanUpLimit, cancellationToken);

            // Where there was as much as one may take, there is more: each reading takes some until it is done, or many
            // revocations a minute would leave more behind than is ever removed, and a new instance reads all of it.
            _isCleanUpDue = removed == CleanUpLimit;
            _logger.FeedCleanedUp(removed);
        }
        catch (Exception exception) when (exception is StorageUnavailableException or OperationCanceledException)
        {
            // The feed itself was read, and that is what tokens depend on.
            _logger.FeedNotCleanedUp(exception);
        }
    }
}

/// <summary>How long a revocation is kept. The issuer of the tokens registers it.</summary>
/// <param name="KeepFor">The time after which no token that the revocation concerns is accepted any more.</param>
internal sealed record RevocationRetention(TimeSpan KeepFor);
