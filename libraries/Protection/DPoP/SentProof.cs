namespace Gatehouse.Protection.DPoP;

/// <summary>A request as its proof has to describe it, with the proof that it brought.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Url">The URL that the function sees.</param>
/// <param name="Proof">The value of the header <c>DPoP</c>; null when none was sent.</param>
/// <param name="IsSentTwice">Whether there were several headers or several values.</param>
internal readonly record struct SentProof(string Method, Uri Url, string? Proof, bool IsSentTwice)
{
    // A record prints its members; this one must not end in a log.
    public override string ToString() => nameof(SentProof);
}

/// <summary>A proof of which everything is right, and of which only is left to see that it was not used before.</summary>
/// <param name="Thumbprint">The RFC 7638 thumbprint of the key whose possession it proves.</param>
/// <param name="Id">Tells it from every other proof.</param>
/// <param name="NextNonce">The nonce for the next proof, when that of this one grows old.</param>
internal sealed record VerifiedProof(string Thumbprint, UInt128 Id, string? NextNonce);

/// <summary>The outcome of a look at a request's proof: a proof, a rejection, or, where none was sent, neither.</summary>
internal readonly record struct ProofVerification(VerifiedProof? Proof, ProofRejection? Rejection)
{
    public static implicit operator ProofVerification(VerifiedProof proof) => new(proof, null);

    public static implicit operator ProofVerification(ProofRejection rejection) => new(null, rejection);
}
