using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Protection.Caching;

/// <summary>
/// Remembers the entries that were used lately, up to a bound, at a constant cost for each call. It has two
/// generations. New and used entries go into the young one. When that is full, it becomes the old one and the
/// previous old one is dropped, with the entries that no caller asked for meanwhile. There is no list to keep in
/// order, so readers never wait.
/// </summary>
/// <param name="capacity">The most entries that are held; 0 remembers nothing.</param>
internal sealed class BoundedCache<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly int _generationSize = (capacity + 1) / 2;
    private readonly Lock _turnover = new();
    private volatile Generations _generations = new(new Generation(), new Generation());

    /// <summary>The number of entries. An entry in both generations counts twice.</summary>
    public int Count => _generations.Young.Count + _generations.Old.Count;

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var generations = _generations;
        if (generations.Young.Entries.TryGetValue(key, out value))
        {
            return true;
        }

        if (!generations.Old.Entries.TryGetValue(key, out value))
        {
            return false;
        }

        Set(key, value);
        return true;
    }

    public void Set(TKey key, TValue value)
    {
        if (_generationSize == 0)
        {
            return;
        }

        var young = _generations.Young;
        if (!young.Entries.TryAdd(key, value))
        {
            young.Entries[key] = value;
        }
        else if (young.CountOneMore() >= _generationSize)
        {
            TurnOver(young);
        }
    }

    public void Clear() => _generations = new Generations(new Generation(), new Generation());

    private void TurnOver(Generation full)
    {
        lock (_turnover)
        {
            // Another thread may have done it already.
            if (ReferenceEquals(_generations.Young, full))
            {
                _generations = new Generations(new Generation(), full);
            }
        }
    }

    private sealed record Generations(Generation Young, Generation Old);

    /// <summary>Entries with their count: ConcurrentDictionary.Count takes every lock, and a large dictionary has many.</summary>
    private sealed class Generation
    {
        private int _count;

        public ConcurrentDictionary<TKey, TValue> Entries { get; } = new();

        public int Count => Volatile.Read(ref _count);

        public int CountOneMore() => Interlocked.Increment(ref _count);
    }
}
