using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Gatehouse.Keys;

/// <summary>
/// The keys that have not expired, in the order in which they begin to sign. A schedule is valid until the next key
/// expires.
/// </summary>
internal sealed class KeySchedule
{
    private readonly ImmutableArray<Entry> _entries;
    private readonly FrozenDictionary<string, Entry> _byKid;

    private KeySchedule(ImmutableArray<Entry> entries, DateTimeOffset from, DateTimeOffset until)
    {
        _entries = entries;
        From = from;
        Until = until;

        // If two versions hold the same key, the later one lasts longer.
        var byKid = new Dictionary<string, Entry>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            byKid[entry.Key.Kid] = entry;
        }

        _byKid = byKid.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The time from which it is valid.</summary>
    public DateTimeOffset From { get; }

    /// <summary>The time from which it must be recomputed.</summary>
    public DateTimeOffset Until { get; }

    /// <param name="versions">The enabled versions.</param>
    /// <param name="announceFor">How long a version without a not-before date is announced before it signs.</param>
    /// <param name="retainFor">How long tokens of a replaced key may still be in use: their lifetime plus the clock skew.</param>
    /// <param name="now">The current time; expired versions are left out.</param>
    public static KeySchedule Create(ImmutableArray<KeyVersion> versions, TimeSpan announceFor, TimeSpan retainFor, DateTimeOffset now)
    {
        var usable = versions.Where(version => version.Version.IsUsable(now)).OrderBy(static version => version.Version.CreatedOn).ToArray();
        var starts = FindStarts(usable, announceFor)
            .OrderBy(static entry => entry.Start)
            .ThenBy(static entry => entry.CreatedOn)
            .ToArray();
        var entries = starts.Select((entry, index) => new Entry(
            entry.Key,
            entry.Start,
            index + 1 < starts.Length ? Add(starts[index + 1].Start, retainFor) : DateTimeOffset.MaxValue));
        var until = usable.Select(static version => version.Version.ExpiresOn ?? DateTimeOffset.MaxValue).Append(DateTimeOffset.MaxValue).Min();
        return new KeySchedule([.. entries], now, until);
    }

    /// <summary>The key that signs; null when there is none.</summary>
    public SigningKey? FindActive(DateTimeOffset now) => FindActiveEntry(now)?.Key;

    /// <summary>
    /// The key with that id, if its tokens are accepted. Those of an announced key are, because another instance's
    /// clock may run ahead.
    /// </summary>
    public SigningKey? FindForVerification(string kid, DateTimeOffset now) =>
        _byKid.TryGetValue(kid, out var entry) && now < entry.End ? entry.Key : null;

    public KeyState StateOf(string kid, DateTimeOffset now)
    {
        if (!_byKid.TryGetValue(kid, out var entry) || now >= entry.End)
        {
            return KeyState.Retired;
        }

        // Checked first, because one version of a key may be active while another is announced.
        if (kid == FindActive(now)?.Kid)
        {
            return KeyState.Active;
        }

        return entry.Start > now ? KeyState.Announced : KeyState.Retiring;
    }

    /// <summary>The time at which the key begins to sign, or began; null for an unknown or expired key.</summary>
    public DateTimeOffset? FindStart(string kid) => _byKid.TryGetValue(kid, out var entry) ? entry.Start : null;

    /// <summary>The keys whose tokens are accepted, the active one first.</summary>
    public ImmutableArray<SigningKey> FindPublished(DateTimeOffset now)
    {
        var active = FindActive(now);
        return [.. _byKid.Values.Where(entry => now < entry.End).OrderBy(entry => entry.Key.Kid == active?.Kid ? 0 : 1).ThenByDescending(static entry => entry.Start).Select(static entry => entry.Key)];
    }

    // A version that is created while no key signs can't be announced, because no other key could sign meanwhile. The
    // oldest version is always one of these.
    private static List<(SigningKey Key, DateTimeOffset Start, DateTimeOffset CreatedOn)> FindStarts(KeyVersion[] byCreation, TimeSpan announceFor)
    {
        var starts = new List<(SigningKey Key, DateTimeOffset Start, DateTimeOffset CreatedOn)>(byCreation.Length);
        foreach (var (version, key) in byCreation)
        {
            var isAnnounced = starts.Exists(older => older.Start <= version.CreatedOn);
            var start = version.NotBefore ?? (isAnnounced ? Add(version.CreatedOn, announceFor) : version.CreatedOn);

            // A key can't sign before it was created. An earlier not-before date, such as today's midnight, would put
            // the end of the replaced key into the past, and its valid tokens would be refused.
            starts.Add((key, start > version.CreatedOn ? start : version.CreatedOn, version.CreatedOn));
        }

        return starts;
    }

    // A not-before date at the end of the calendar parks a version; adding to it would overflow.
    private static DateTimeOffset Add(DateTimeOffset time, TimeSpan span) =>
        time > DateTimeOffset.MaxValue - span ? DateTimeOffset.MaxValue : time + span;

    private Entry? FindActiveEntry(DateTimeOffset now)
    {
        for (var i = _entries.Length - 1; i >= 0; i--)
        {
            if (_entries[i].Start <= now)
            {
                return _entries[i];
            }
        }

        return null;
    }

    private sealed record Entry(SigningKey Key, DateTimeOffset Start, DateTimeOffset End);
}
