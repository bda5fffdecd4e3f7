using System.Runtime.InteropServices;
using Gatehouse.Protection.Http;

namespace Gatehouse.Protection.DPoP;

/// <summary>
/// Remembers proofs, so that none is accepted twice (RFC 9449 §11.1), for as long as they are valid, up to a bound.
/// No proof is forgotten early to make room: otherwise an attacker could send many proofs of his own to push out a
/// stolen one, and then replay it.
/// </summary>
/// <param name="capacity">The most proofs that are remembered.</param>
/// <param name="lifetime">How long a proof is remembered.</param>
/// <param name="time">The clock.</param>
internal sealed class ProofMemory(int capacity, TimeSpan lifetime, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly HashSet<UInt128> _proofs = [];
    private readonly Queue<Entry> _byAge = new();

    /// <summary>The number of remembered proofs.</summary>
    public int Count => _proofs.Count;

    /// <summary>Remembers a proof. False when it was remembered before.</summary>
    /// <exception cref="ProofMemoryFullException">The memory is full.</exception>
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

/// <summary>There is no room to remember a proof. It can't be accepted, because a replay would go unnoticed.</summary>
internal sealed class ProofMemoryFullException()
    : ServiceUnavailableException(
        "The memory for proofs or assertions is full. For proofs, raise Protection:DPoP:RememberedProofs.",
        "Too many proofs or assertions were sent in the last minutes. Try again in a moment.",
        TimeSpan.FromSeconds(10));
