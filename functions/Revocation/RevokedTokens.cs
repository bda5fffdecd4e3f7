using System.Collections.Concurrent;
using System.Collections.Immutable;
using Gatehouse.Protection;

namespace Gatehouse.Revocation;

/// <summary>The revocations that still apply, in memory: one look-up for each kind decides on a token.</summary>
internal sealed class RevokedTokens
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _tokens = new(StringComparer.Ordinal);

    // Several for each subject: one that spares a session must not undo an earlier one that does not.
    private readonly ConcurrentDictionary<string, ImmutableArray<RevocationEntry>> _subjects = new(StringComparer.Ordinal);

    /// <summary>The number of revocations.</summary>
    public int Count => _sessions.Count + _tokens.Count + _subjects.Sum(static subject => subject.Value.Length);

    public void Add(RevocationEntry entry)
    {
        switch (entry.Kind)
        {
            case RevocationKind.Session:
                Add(_sessions, entry);
                break;
            case RevocationKind.Token:
                Add(_tokens, entry);
                break;
            default:
                _subjects.AddOrUpdate(entry.Id, static (_, added) => [added], static (_, known, added) => Merge(known, added), entry);
                break;
        }
    }

    public bool ContainsSession(string sessionId) => _sessions.ContainsKey(sessionId);

    public bool Contains(Caller caller) =>
        _tokens.ContainsKey(caller.TokenId)
        || (caller.SessionId is { } session && _sessions.ContainsKey(session))
        || (_subjects.TryGetValue(caller.Subject, out var entries) && Concern(entries, caller));

    /// <summary>Removes expired revocations.</summary>
    public void Prune(DateTimeOffset now)
    {
        Prune(_sessions, now);
        Prune(_tokens, now);
        foreach (var subject in _subjects)
        {
            var left = subject.Value.RemoveAll(entry => entry.ExpiresAt <= now);
            if (left.IsEmpty)
            {
                _subjects.TryRemove(subject);
            }
            else if (left.Length < subject.Value.Length)
            {
                _subjects.TryUpdate(subject.Key, left, subject.Value);
            }
        }
    }

    private static void Add(ConcurrentDictionary<string, DateTimeOffset> ends, RevocationEntry entry) =>
        ends.AddOrUpdate(entry.Id, entry.ExpiresAt, (_, known) => known > entry.ExpiresAt ? known : entry.ExpiresAt);

    private static ImmutableArray<RevocationEntry> Merge(ImmutableArray<RevocationEntry> known, RevocationEntry added) =>
        known.Any(entry => Covers(entry, added)) ? known : known.RemoveAll(entry => Covers(added, entry)).Add(added);

    /// <summary>Whether one revocation includes another.</summary>
    private static bool Covers(RevocationEntry one, RevocationEntry other) =>
        one.RevokedAt >= other.RevokedAt
        && one.ExpiresAt >= other.ExpiresAt
        && (one.ExceptSession is null || one.ExceptSession == other.ExceptSession);

    private static bool Concern(ImmutableArray<RevocationEntry> entries, Caller caller)
    {
        foreach (var entry in entries)
        {
            // iat has whole seconds, so a token of the same second as the revocation counts as issued before it.
            if (caller.IssuedAt <= entry.RevokedAt && (entry.ExceptSession is null || entry.ExceptSession != caller.SessionId))
            {
                return true;
            }
        }

        return false;
    }

    private static void Prune(ConcurrentDictionary<string, DateTimeOffset> ends, DateTimeOffset now)
    {
        foreach (var end in ends)
        {
            if (end.Value <= now)
            {
                ends.TryRemove(end);
            }
        }
    }
}
