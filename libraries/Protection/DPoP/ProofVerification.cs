namespace Gatehouse.Protection.DPoP;

/// <summary>The outcome of a look at a request's proof: a proof, a rejection, or, where none was sent, neither.</summary>
internal readonly record struct ProofVerification(VerifiedProof? Proof, ProofRejection? Rejection)
{
    public static implicit operator ProofVerification(VerifiedProof proof) => new(proof, null);

    public static implicit operator ProofVerification(ProofRejection rejection) => new(null, rejection);
}
