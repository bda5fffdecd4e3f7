using Gatehouse.Audit;
using Gatehouse.Protection;
using Gatehouse.Protection.Caching;
using Gatehouse.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Revocation;

/// <summary>
/// Revokes access tokens without a look-up for each request: the revoking instance appends to a feed, and every
/// instance reads new entries when requests come by. The revoking instance itself applies the entry at once.
/// </summary>
internal sealed class RevocationFeed
{
    /// <summary>The name of the metric for the age of the feed.</summary>
    public const string AgeMetric = "gatehouse.revocation.feed.age";

    /// <summary>The name of the metric for the number of revocations in memory.</summary>
    public const string EntriesMetric = "gatehouse.revocation.feed.entries";

    private const int CleanUpLimit = 500;
    private static readonly TimeSpan CleanUpInterval = TimeSpan.FromMinutes(10);

    // Storage that hangs would otherwise delay each request by a time-out. Longer than a time-out, so that it covers
    // steady traffic; shorter than an idle instance may stand still.
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

    // The position in the feed, kept even when a read is cut off: the feed of a new instance may be longer than one
    // read can cover, and it would never reach the end if each read started over. There is one read at a time.
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

    /// <summary>The number of revocations in memory.</summary>
    public int Count => _revoked.Count;

    /// <summary>The time since the feed was read, or since the start if it never was.</summary>
    public TimeSpan Age => _cursor.Age ?? _time.GetElapsedTime(_startedAt);

    /// <summary>Whether the feed was ever read.</summary>
    public bool WasRead => _cursor.Age is not null;

    /// <summary>Whether a token must be refused.</summary>
    /// <exception cref="StorageUnavailableException">The feed is older than <see cref="RevocationOptions.FailClosedAfter"/>, so every token is refused.</exception>
    public ValueTask<bool> IsRevokedAsync(Caller caller, CancellationToken cancellationToken) =>
        _cursor.TryGet(out _) ? ValueTask.FromResult(_revoked.Contains(caller)) : WaitAsync(caller, cancellationToken);

    /// <summary>
    /// Reads the feed in the background when it is due, and waits for it when it is too old. A failure shows in
    /// <see cref="Age"/>.
    /// </summary>
    public async Task TryRefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await StorageBudget.WaitAsync(_cursor.GetAsync(cancellationToken).AsTask(), _time, cancellationToken);
        }
        catch (Exception exception) when (exception is StorageUnavailableException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The feed was never read, and the log has the reason; or the read takes longer than this request may wait.
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

    /// <summary>Refuses every access token that was issued without knowing a change of its subject.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="changedAt">The time of the change, in whole seconds: the <c>updated_at</c> of tokens that know it.</param>
    /// <param name="reason">For the audit.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task RevokeSubjectAsync(string subject, DateTimeOffset changedAt, string reason, CancellationToken cancellationToken) =>
        RevokeAsync(Create(RevocationKind.Subject, subject, changedAt), reason, cancellationToken);

    private RevocationEntry Create(RevocationKind kind, string id, DateTimeOffset revokedAt) => new(kind, id, revokedAt, revokedAt + _keepFor);

    private async Task RevokeAsync(RevocationEntry entry, string reason, CancellationToken cancellationToken)
    {
        // Added here first: if the storage fails, at least this instance refuses the token.
        _revoked.Add(entry);
        await _store.AppendAsync(entry, cancellationToken);
        _audit.Revoked(entry.Kind.ToString().ToLowerInvariant(), entry.Id, reason);
    }

    private async ValueTask<bool> WaitAsync(Caller caller, CancellationToken cancellationToken)
    {
        await TryRefreshAsync(cancellationToken);
        if (_options.FailClosedAfter is { } limit && (_cursor.Age is not { } age || age >= limit))
        {
            throw new StorageUnavailableException("The revocation feed is older than Revocation:FailClosedAfter, so every token is refused. Check the storage.", new TimeoutException());
        }

        return _revoked.Contains(caller);
    }

    private async Task<string> LoadAsync(CancellationToken cancellationToken)
    {
        // The read serves many requests, so its limit is LoadTimeout, not the rest of the budget of one request.
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

    // Every instance cleans up now and then, after a read of the feed.
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

            // A full batch means that more entries may remain, so the next read continues. Otherwise frequent revocations
            // would leave more behind than is ever removed, and a new instance reads all of it.
            _isCleanUpDue = removed >= CleanUpLimit;
            _logger.FeedCleanedUp(removed);
        }
        catch (Exception exception) when (exception is StorageUnavailableException or OperationCanceledException)
        {
            // The read of the feed succeeded, and only that matters for tokens.
            _logger.FeedNotCleanedUp(exception);
        }
    }
}

/// <summary>How long revocations are kept. The issuer of the tokens registers it.</summary>
/// <param name="KeepFor">The time after which no affected token is accepted.</param>
internal sealed record RevocationRetention(TimeSpan KeepFor);
