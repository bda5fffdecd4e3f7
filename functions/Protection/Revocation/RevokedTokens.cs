using System.Collections.Concurrent;

namespace Gatehouse.Protection.Revocation;

/// <summary>The revocations that can still matter, in memory: one look-up for each kind decides on a token.</summary>
internal sealed class RevokedTokens
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, RevocationEntry> _subjects = new(StringComparer.Ordinal);

    /// <summary>How many revocations are held.</summary>
    public int Count => _sessions.Count + _tokens.Count + _subjects.Count;

    public void Add(RevocationEntry entry)
    {
        switch (entry.Kind)
        {
            case RevocationKind.Session:
                _sessions[entry.Id] = entry.ExpiresAt;
                break;
            case RevocationKind.Token:
                _tokens[entry.Id] = entry.ExpiresAt;
                break;
            default:
                _subjects.AddOrUpdate(entry.Id, entry, (_, known) => known.RevokedAt > entry.RevokedAt ? known : entry);
                break;
        }
    }

    public bool Contains(Caller caller)
    {
        if (_tokens.ContainsKey(caller.TokenId) || (caller.SessionId is { } session && _sessions.ContainsKey(session)))
        {
            return true;
        }

        // iat has whole seconds: a token of the very second of the revocation counts as issued before it.
        return _subjects.TryGetValue(caller.Subject, out var entry)
            && caller.IssuedAt <= entry.RevokedAt
            && (entry.ExceptSession is null || entry.ExceptSession != caller.SessionId);
    }

    /// <summary>Forgets what can no longer matter.</summary>
    public void Prune(DateTimeOffset now)
    {
        Prune(_sessions, now, static end => end);
        Prune(_tokens, now, static end => end);
        Prune(_subjects, now, static entry => entry.ExpiresAt);
    }

    private static void Prune<T>(ConcurrentDictionary<string, T> entries, DateTimeOffset now, Func<T, DateTimeOffset> endOf)
    {
        foreach (var entry in entries)
        {
            if (endOf(entry.Value) <= now)
            {
                entries.TryRemove(entry);
            }
        }
    }
}
