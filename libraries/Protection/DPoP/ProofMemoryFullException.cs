namespace Gatehouse.Protection.DPoP;

/// <summary>A proof could not be remembered, so it can't be taken: whether it comes again could not be told.</summary>
internal sealed class ProofMemoryFullException() : Exception("More proofs or assertions came in a few minutes than are remembered (see Protection:DPoP:RememberedProofs).")
{
    /// <summary>When there will be room again, at least for some.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);
}
