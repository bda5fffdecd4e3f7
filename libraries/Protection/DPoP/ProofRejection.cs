namespace Gatehouse.Protection.DPoP;

/// <summary>Why a DPoP proof is not accepted (RFC 9449 §4.3).</summary>
/// <param name="Reason">A stable word for logs and metrics.</param>
/// <param name="Description">The <c>error_description</c>: printable ASCII without <c>"</c> and <c>\</c>, and nothing of the proof in it.</param>
internal sealed record ProofRejection(string Reason, string Description)
{
    public static readonly ProofRejection Missing = new("proof_missing", "A DPoP proof is required: send one DPoP header");
    public static readonly ProofRejection SentTwice = new("proof_sent_twice", "There must be one DPoP header with one proof in it");
    public static readonly ProofRejection TooLong = new("proof_too_long", "The DPoP proof is longer than 8192 characters");
    public static readonly ProofRejection Malformed = new("proof_malformed", "The DPoP proof is not a signed JSON Web Token, or holds a member twice");
    public static readonly ProofRejection WrongType = new("proof_wrong_type", "The typ of the DPoP proof is not dpop+jwt");
    public static readonly ProofRejection CriticalHeader = new("proof_critical_header", "The DPoP proof asks for an extension (crit) that is not supported");
    public static readonly ProofRejection WrongAlgorithm = new("proof_wrong_algorithm", "The alg of the DPoP proof must be ES256, PS256 or RS256");
    public static readonly ProofRejection BadKey = new("proof_bad_key", "The jwk of the DPoP proof must be a public key for its alg: P-256, or RSA of 2048 to 4096 bits");
    public static readonly ProofRejection BadSignature = new("proof_bad_signature", "The signature of the DPoP proof is wrong");
    public static readonly ProofRejection InvalidClaims = new("proof_invalid_claims", "The DPoP proof lacks jti, htm, htu or iat, or one has the wrong type");
    public static readonly ProofRejection WrongMethod = new("proof_wrong_method", "The htm of the DPoP proof is not the method of the request");
    public static readonly ProofRejection WrongUrl = new("proof_wrong_url", "The htu of the DPoP proof is not the URL of the request");
    public static readonly ProofRejection NotCurrent = new("proof_not_current", "The iat of the DPoP proof differs from the current time by more than 60 seconds");
    public static readonly ProofRejection WrongToken = new("proof_wrong_token", "The ath of the DPoP proof is missing or is not the hash of the access token");
    public static readonly ProofRejection WrongKey = new("proof_wrong_key", "The token is bound to another key than that of the DPoP proof");
    public static readonly ProofRejection NonceNeeded = new("proof_nonce_needed", "The DPoP proof needs the nonce of the DPoP-Nonce header");
    public static readonly ProofRejection Replayed = new("proof_replayed", "The DPoP proof was used before");
}
