using System.Runtime.InteropServices;
using Gatehouse.Protection.Http;

namespace Gatehouse.Protection.DPoP;

/// <summary>
/// Remembers proofs, so that none is taken twice (RFC 9449 §11.1), for as long as one could be taken, up to a
/// bound. Nothing is forgotten early to make room: whoever sends many proofs of his own could otherwise
/// wash out that of another before he replays it.
/// </summary>
/// <param name="capacity">The most proofs that are remembered.</param>
/// <param name="lifetime">How long each is.</param>
/// <param name="time">The clock.</param>
internal sealed class ProofMemory(int capacity, TimeSpan lifetime, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly HashSet<UInt128> _proofs = [];
    private readonly Queue<Entry> _byAge = new();

    /// <summary>How many proofs are remembered.</summary>
    public int Count => _proofs.Count;

    /// <summary>Remembers a proof. False when it is known.</summary>
    /// <exception cref="ProofMemoryFullException">There is no room for it.</exception>
    public bool TryAdd(UInt128 proof)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            Forget(now);
            if (_proofs.Contains(proof))
            {
                return false;
            }

            if (_proofs.Count >= capacity)
            {
                throw new ProofMemoryFullException();
            }

            _proofs.Add(proof);
            _byAge.Enqueue(new Entry(proof, now));
            return true;
        }
    }

    private void Forget(long now)
    {
        while (_byAge.TryPeek(out var oldest) && time.GetElapsedTime(oldest.AddedAt, now) >= lifetime)
        {
            _byAge.Dequeue();
            _proofs.Remove(oldest.Proof);
        }
    }

    // Without it every entry would be padded to a multiple of 16 bytes.
    [StructLayout(LayoutKind.Sequential, Pack = 8)]
    private readonly record struct Entry(UInt128 Proof, long AddedAt);
}

/// <summary>There is no room to remember a proof. It can't be accepted, because nothing would tell when it comes again.</summary>
internal sealed class ProofMemoryFullException()
    : ServiceUnavailableException(
        "More proofs or assertions came in a few minutes than are remembered (see Protection:DPoP:RememberedProofs).",
        "Too many proofs or assertions came lately. Try again in a moment.",
        TimeSpan.FromSeconds(10));
