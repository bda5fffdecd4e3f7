namespace Gatehouse.Protection.DPoP;

/// <summary>A proof, with the properties of the request that it must match.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Url">The URL that the function sees.</param>
/// <param name="Proof">The value of the header <c>DPoP</c>; null when none was sent.</param>
/// <param name="IsSentTwice">Whether there were several headers or several values.</param>
internal readonly record struct SentProof(string Method, Uri Url, string? Proof, bool IsSentTwice)
{
    // A record prints its members; these must not get into a log.
    public override string ToString() => nameof(SentProof);
}

/// <summary>A proof that passed every check but one: whether it was used before.</summary>
/// <param name="Thumbprint">The RFC 7638 thumbprint of the key whose possession it proves.</param>
/// <param name="Id">Identifies the proof.</param>
/// <param name="NextNonce">The nonce for the next proof; null while the current one is young enough.</param>
internal sealed record VerifiedProof(string Thumbprint, UInt128 Id, string? NextNonce);

/// <summary>The outcome of verifying the proof of a request: a proof, a rejection, or neither when none was sent.</summary>
internal readonly record struct ProofVerification(VerifiedProof? Proof, ProofRejection? Rejection)
{
    public static implicit operator ProofVerification(VerifiedProof proof) => new(proof, null);

    public static implicit operator ProofVerification(ProofRejection rejection) => new(null, rejection);
}
