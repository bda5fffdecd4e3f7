using System.Collections.Concurrent;
using Gatehouse.KeyTool;

namespace Gatehouse.Tests.Integration.KeyTool;

/// <summary>Private keys that are made once for all tests: an RSA key takes longer than most of them.</summary>
internal static class KeyPool
{
    private static readonly ConcurrentDictionary<(string Type, int Number), Lazy<string>> Keys = new();
    private static readonly ConcurrentDictionary<string, int> Taken = new();

    /// <summary>A key that this store has not got yet. Other stores may have it.</summary>
    public static string Take(string store, string type) =>
        Keys.GetOrAdd((type, Taken.AddOrUpdate(store, 1, static (_, taken) => taken + 1)), static key => new Lazy<string>(() => KeyType.Create(key.Type))).Value;
}
