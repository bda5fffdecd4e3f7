using Gatehouse.Protection.DPoP;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Unit.Protection.DPoP;

public sealed class ProofMemoryTests
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TryAdd_OfAKnownProof_IsFalse_UntilItIsForgotten()
    {
        var memory = new ProofMemory(10, Lifetime, _time);

        Assert.True(memory.TryAdd(1));
        Assert.False(memory.TryAdd(1));
        Assert.True(memory.TryAdd(2));
        _time.Advance(Lifetime);
        Assert.True(memory.TryAdd(1));
    }

    [Fact]
    public void TryAdd_WhenFull_ForgetsNothingEarly()
    {
        var memory = new ProofMemory(2, Lifetime, _time);
        Assert.True(memory.TryAdd(1));
        _time.Advance(Lifetime / 2);
        Assert.True(memory.TryAdd(2));

        Assert.Throws<ProofMemoryFullException>(() => memory.TryAdd(3));
        Assert.False(memory.TryAdd(1));
        _time.Advance(Lifetime / 2);

        Assert.True(memory.TryAdd(3));
        Assert.False(memory.TryAdd(2));
        Assert.Equal(2, memory.Count);
    }

    [Fact]
    public async Task TryAdd_OfOneProofConcurrently_SucceedsOnce()
    {
        var memory = new ProofMemory(10, Lifetime, _time);

        var taken = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => memory.TryAdd(1))));

        Assert.Single(taken, static isTaken => isTaken);
    }
}
