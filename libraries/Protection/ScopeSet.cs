using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Gatehouse.Protection;

/// <summary>A set of scopes: space-separated on the wire (RFC 6749 §3.3), without order and without repetition.</summary>
public sealed class ScopeSet
{
    /// <summary>The placeholder for every scope, in settings that list scopes.</summary>
    internal const string Everything = "*";

    /// <summary>No scope at all.</summary>
    internal static readonly ScopeSet Empty = new("", []);

    // Most tokens have one of a few scope strings. Sharing their sets keeps a remembered token small; the bound keeps
    // an issuer with endless variety from filling the memory.
    private const int MaxShared = 256;
    private static readonly ConcurrentDictionary<string, ScopeSet> Shared = new(StringComparer.Ordinal);

    private readonly FrozenSet<string> _scopes;

    private ScopeSet(string text, ImmutableArray<string> scopes)
    {
        Text = text;
        Items = scopes;
        _scopes = scopes.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>The form in tokens and answers.</summary>
    public string Text { get; }

    /// <summary>The scopes in the order in which they were given.</summary>
    public ImmutableArray<string> Items { get; }

    /// <summary>Reads scopes that are separated by spaces.</summary>
    /// <param name="text">The scopes.</param>
    public static ScopeSet Parse(string text)
    {
        if (Shared.TryGetValue(text, out var known))
        {
            return known;
        }

        var parsed = From(text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (Shared.Count < MaxShared)
        {
            Shared.TryAdd(text, parsed);
        }

        return parsed;
    }

    internal static ScopeSet From(IEnumerable<string> scopes)
    {
        ImmutableArray<string> distinct = [.. scopes.Distinct(StringComparer.Ordinal)];
        return distinct.IsEmpty ? Empty : new ScopeSet(string.Join(' ', distinct), distinct);
    }

    /// <summary>Whether every character of a scope is one that RFC 6749 §3.3 allows: visible ASCII without <c>"</c> and <c>\</c>.</summary>
    internal static bool IsScopeToken(string scope) =>
        scope.Length > 0 && scope.All(static character => character is >= '!' and <= '~' and not '"' and not '\\');

    /// <summary>Whether the set has a scope.</summary>
    /// <param name="scope">The scope, compared character by character.</param>
    public bool Contains(string scope) => _scopes.Contains(scope);

    /// <summary>Whether the other set contains every scope of this one.</summary>
    internal bool IsSubsetOf(ScopeSet other) => _scopes.IsSubsetOf(other._scopes);

    /// <summary>The scopes of both sets, in the order of this one.</summary>
    internal ScopeSet Intersect(ScopeSet other) => From(Items.Where(other.Contains));

    /// <inheritdoc/>
    public override string ToString() => Text;
}
