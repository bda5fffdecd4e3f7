using System.Collections.Immutable;
using Gatehouse.Audit;
using Gatehouse.Protection;
using Gatehouse.Protection.Caching;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Keys;

/// <summary>
/// The signing keys, read from the versions of one secret. A refresh costs one list and one read for each new
/// version, whatever the load.
/// </summary>
internal sealed class KeyRing
{
    /// <summary>The name of the metric for the age of the keys.</summary>
    public const string AgeMetric = "gatehouse.keys.age";

    private static readonly TimeSpan UnknownKeyInterval = TimeSpan.FromSeconds(30);

    private readonly ISecretSource _source;
    private readonly TimeProvider _time;
    private readonly ILogger<KeyRing> _logger;
    private readonly AuditLog _audit;
    private readonly KeysOptions _options;
    private readonly TimeSpan _retainFor;
    private readonly RequestDrivenCache<KeySet> _keys;

    // The key of each version; null for a version that is not a key. Only the single running load accesses it.
    private ImmutableDictionary<string, SigningKey?> _parsed = ImmutableDictionary<string, SigningKey?>.Empty;
    private string? _activeKid;
    private bool _isSourceAway;

    public KeyRing(
        ISecretSource source,
        TimeProvider time,
        IOptions<KeysOptions> options,
        KeyRetention retention,
        AuditLog audit,
        ILogger<KeyRing> logger)
    {
        _source = source;
        _time = time;
        _logger = logger;
        _audit = audit;
        _options = options.Value;
        _retainFor = retention.RetainFor;
        _keys = new RequestDrivenCache<KeySet>(
            (_, cancellationToken) => LoadAsync(cancellationToken),
            RequestDrivenCacheOptions.ForSecrets with { OnFailure = ReportFailure },
            time);
    }

    /// <summary>The time since the keys were read; null before the first read.</summary>
    public TimeSpan? Age => _keys.Age;

    /// <inheritdoc cref="KeySet.FindSigningAge"/>
    public TimeSpan? SigningAge => _keys.TryGet(out var keys) ? keys.FindSigningAge(_time.GetUtcNow()) : null;

    /// <summary>The keys.</summary>
    /// <exception cref="KeysUnavailableException">There is no key, or the source is unavailable and was never read.</exception>
    public ValueTask<KeySet> GetAsync(CancellationToken cancellationToken) =>
        _keys.TryGet(out var keys) && !keys.IsEmpty
            ? new ValueTask<KeySet>(keys)
            : RequireKeysAsync(_keys.GetAsync(cancellationToken), cancellationToken);

    /// <summary>The keys after one more read of their source, at most once in 30 seconds.</summary>
    /// <exception cref="KeysUnavailableException">There is no key, or the source is unavailable and was never read.</exception>
    public ValueTask<KeySet> GetForUnknownKeyAsync(CancellationToken cancellationToken) =>
        RequireKeysAsync(_keys.RefreshAsync(UnknownKeyInterval, cancellationToken), cancellationToken);

    /// <summary>The key that signs.</summary>
    /// <exception cref="KeysUnavailableException">There is no key, or the source is unavailable and was never read.</exception>
    public async ValueTask<SigningKey> GetActiveKeyAsync(CancellationToken cancellationToken)
    {
        var keys = await GetAsync(cancellationToken);
        if (keys.FindActive(_time.GetUtcNow()) is { } active)
        {
            return active;
        }

        // As with an empty ring: an administrator is probably about to add a version.
        keys = await RequireKeysAsync(_keys.RefreshAsync(KeysUnavailableException.RetryDelay, cancellationToken), cancellationToken);
        return keys.FindActive(_time.GetUtcNow())
            ?? throw new KeysUnavailableException($"No version of the secret {_options.SecretName} is active: their not-before dates are in the future, or they have expired. Add a version whose not-before date is now.");
    }

    private async ValueTask<KeySet> RequireKeysAsync(ValueTask<KeySet> reading, CancellationToken cancellationToken)
    {
        try
        {
            var keys = await reading;
            if (keys.IsEmpty)
            {
                // An administrator is probably about to add the first key: read again soon, not after the usual five minutes.
                keys = await _keys.RefreshAsync(KeysUnavailableException.RetryDelay, cancellationToken);
            }

            return keys.IsEmpty
                ? throw new KeysUnavailableException($"The secret {_options.SecretName} has no enabled version that holds a key. Add one.")
                : keys;
        }
        catch (Exception exception) when (exception is SecretSourceUnavailableException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new KeysUnavailableException("The signing keys have never been read and can't be read now. The inner exception has the reason.", exception);
        }
    }

    private async Task<KeySet> LoadAsync(CancellationToken cancellationToken)
    {
        var listed = await _source.ListVersionsAsync(_options.SecretName, cancellationToken);
        var now = _time.GetUtcNow();
        var parsed = ImmutableDictionary.CreateBuilder<string, SigningKey?>(StringComparer.Ordinal);
        var versions = ImmutableArray.CreateBuilder<KeyVersion>();
        foreach (var version in listed)
        {
            if (!version.IsUsable(now))
            {
                continue;
            }

            if (!_parsed.TryGetValue(version.Version, out var key))
            {
                if (await _source.GetValueAsync(_options.SecretName, version.Version, cancellationToken) is not { } value)
                {
                    continue;
                }

                key = Parse(version.Version, value);

                // Kept at once, so that a load that fails on a later version does not repeat this read.
                _parsed = _parsed.SetItem(version.Version, key);
            }

            parsed[version.Version] = key;
            if (key is not null)
            {
                versions.Add(new KeyVersion(version, key));
            }
        }

        var keys = new KeySet(versions.ToImmutable(), _options.AnnounceFor, _retainFor);
        ReportChanges(parsed, keys, now);
        _parsed = parsed.ToImmutable();
        if (_isSourceAway)
        {
            _isSourceAway = false;
            _logger.KeysReadAgain(_options.SecretName);
        }

        return keys;
    }

    private void ReportFailure(Exception exception)
    {
        _isSourceAway = true;
        _logger.KeysNotRead(exception, _options.SecretName);
    }

    private SigningKey? Parse(string version, string value)
    {
        if (SigningKeyParser.TryParse(value, out var key, out var reason))
        {
            _logger.KeyFound(version, key.Kid, key.Algorithm);
            return key;
        }

        _logger.KeyMalformed(_options.SecretName, version, reason);
        return null;
    }

    private void ReportChanges(ImmutableDictionary<string, SigningKey?>.Builder parsed, KeySet keys, DateTimeOffset now)
    {
        foreach (var (version, key) in _parsed)
        {
            if (key is not null && !parsed.ContainsKey(version))
            {
                _logger.KeyGone(version, key.Kid);
            }
        }

        var active = keys.FindActive(now)?.Kid;
        if (active is not null && active != _activeKid)
        {
            // Each instance logs this when it sees the change.
            _audit.KeyActivated(active);
            if (_activeKid is { } before)
            {
                _audit.KeyRetired(before);
            }

            _activeKid = active;
        }
    }
}

/// <summary>How long tokens of a replaced key may still be in use. The issuer of the tokens registers it.</summary>
/// <param name="RetainFor">The lifetime of a token plus the clock skew.</param>
internal sealed record KeyRetention(TimeSpan RetainFor);
