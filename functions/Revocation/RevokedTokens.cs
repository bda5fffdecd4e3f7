using System.Collections.Concurrent;
using Gatehouse.Protection;
using Gatehouse.Storage;

namespace Gatehouse.Revocation;

/// <summary>The revocations that still apply, in memory: one look-up for each kind decides on a token.</summary>
internal sealed class RevokedTokens
{
    /// <summary>
    /// How much later than a change of its subject a token may be dated that does not know the change: another instance may
    /// have read the subject just before the last write of the change, and its clock may be ahead.
    /// </summary>
    public static readonly TimeSpan Tolerance = TokenVerifier.ClockSkew + Change.TimeLimit;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _tokens = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, RevocationEntry> _subjects = new(StringComparer.Ordinal);

    /// <summary>The number of revocations.</summary>
    public int Count => _sessions.Count + _tokens.Count + _subjects.Count;

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
                _subjects.AddOrUpdate(entry.Id, entry, (_, known) => known.RevokedAt > entry.RevokedAt ? known : entry);
                break;
        }
    }

    public bool ContainsSession(string sessionId) => _sessions.ContainsKey(sessionId);

    public bool Contains(Caller caller) =>
        _tokens.ContainsKey(caller.TokenId)
        || (caller.SessionId is { } session && _sessions.ContainsKey(session))
        || (_subjects.TryGetValue(caller.Subject, out var entry) && Concerns(entry, caller));

    /// <summary>Removes expired revocations.</summary>
    public void Prune(DateTimeOffset now)
    {
        Prune(_sessions, now);
        Prune(_tokens, now);
        foreach (var subject in _subjects)
        {
            if (subject.Value.ExpiresAt <= now)
            {
                _subjects.TryRemove(subject);
            }
        }
    }

    private static void Add(ConcurrentDictionary<string, DateTimeOffset> ends, RevocationEntry entry) =>
        ends.AddOrUpdate(entry.Id, entry.ExpiresAt, (_, known) => known > entry.ExpiresAt ? known : entry.ExpiresAt);

    // A token that names this change, or a later one, was issued with the rights that the change left.
    private static bool Concerns(RevocationEntry entry, Caller caller) =>
        caller.IssuedAt <= entry.RevokedAt + Tolerance && !(caller.UpdatedAt >= entry.RevokedAt);

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
