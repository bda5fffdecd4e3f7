using System.Collections.Immutable;
using Gatehouse.Keys;
using Gatehouse.Protection;
using Gatehouse.Tokens;

namespace Gatehouse.KeyTool;

/// <summary>The keys as the running app sees them, by the app's own parser and schedule.</summary>
internal sealed class KeyInventory
{
    private readonly IReadOnlyList<StoredVersion> _stored;
    private readonly Dictionary<string, SigningKey> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _problems = new(StringComparer.Ordinal);
    private readonly DateTimeOffset _now;
    private readonly KeySettings _settings;

    private KeyInventory(IReadOnlyList<StoredVersion> stored, KeySettings settings, DateTimeOffset now)
    {
        _stored = stored;
        _settings = settings;
        _now = now;
    }

    /// <summary>Every version.</summary>
    public IReadOnlyList<StoredVersion> Stored => _stored;

    /// <summary>The versions that the app uses.</summary>
    public ImmutableArray<KeyVersion> Usable =>
        [.. _stored.Where(stored => stored.Version.IsUsable(_now) && _keys.ContainsKey(stored.Version.Version)).Select(stored => new KeyVersion(stored.Version, _keys[stored.Version.Version]))];

    public KeySchedule Schedule => ScheduleOf(Usable);

    /// <summary>The key that signs now; null for none.</summary>
    public SigningKey? Active => Schedule.FindActive(_now);

    /// <summary>When the last of the keys that have begun to sign expires; null if one never expires, or there is none.</summary>
    public DateTimeOffset? SignsUntil
    {
        get
        {
            var schedule = Schedule;
            var ends = Usable.Where(usable => schedule.FindStart(usable.Key.Kid) <= _now).Select(static usable => usable.Version.ExpiresOn).ToArray();
            return ends.Contains(null) ? null : ends.Max();
        }
    }

    public static async Task<KeyInventory> ReadAsync(IKeyStore store, KeySettings settings, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var inventory = new KeyInventory(await store.ListAsync(cancellationToken), settings, now);
        foreach (var stored in inventory._stored)
        {
            var version = stored.Version.Version;
            if (!stored.Version.Enabled || await store.GetValueAsync(version, cancellationToken) is not { } value)
            {
                continue;
            }

            if (SigningKeyParser.TryParse(value, out var key, out var reason))
            {
                inventory._keys[version] = key;
            }
            else
            {
                inventory._problems[version] = reason;
            }
        }

        return inventory;
    }

    /// <summary>The key that would sign if these were the only versions; null for none.</summary>
    public SigningKey? FindActiveAmong(IEnumerable<KeyVersion> versions) => ScheduleOf([.. versions]).FindActive(_now);

    /// <summary>The keys that the app publishes, by their ids.</summary>
    public IReadOnlyDictionary<string, SigningKey> FindPublished() => Schedule.FindPublished(_now).ToDictionary(static key => key.Kid);

    /// <summary>One row for each version, the oldest first.</summary>
    public IReadOnlyList<KeyRow> Describe()
    {
        var schedule = Schedule;
        return [.. _stored.OrderBy(static stored => stored.Version.CreatedOn).Select(stored => Describe(stored, schedule))];
    }

    private KeyRow Describe(StoredVersion stored, KeySchedule schedule)
    {
        var version = stored.Version;
        var key = _keys.GetValueOrDefault(version.Version);
        var state = version switch
        {
            { Enabled: false } => "disabled",
            _ when version.ExpiresOn <= _now => "expired",
            _ when key is null => "unreadable",
            _ => schedule.StateOf(key.Kid, _now).ToString().ToLowerInvariant(),
        };
        return new KeyRow(
            version.Version,
            key?.Kid ?? stored.Kid,
            key?.Algorithm,
            state,
            version.CreatedOn,
            key is null ? version.NotBefore : schedule.FindStart(key.Kid) ?? version.NotBefore,
            version.ExpiresOn,
            _problems.GetValueOrDefault(version.Version));
    }

    private KeySchedule ScheduleOf(ImmutableArray<KeyVersion> versions) => KeySchedule.Create(versions, _settings.AnnounceFor, _settings.RetainFor, _now);
}

/// <summary>The settings of the app that decide when a key signs and until when it verifies.</summary>
/// <param name="AnnounceFor"><see cref="KeysOptions.AnnounceFor"/>.</param>
/// <param name="AccessTokenLifetime"><see cref="TokensOptions.AccessTokenLifetime"/>.</param>
internal sealed record KeySettings(TimeSpan AnnounceFor, TimeSpan AccessTokenLifetime)
{
    /// <summary>How long a replaced key still verifies tokens.</summary>
    public TimeSpan RetainFor => AccessTokenLifetime + TokenVerifier.ClockSkew;
}
