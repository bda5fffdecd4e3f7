namespace Gatehouse.Protection.DPoP;

/// <summary>A proof of which everything is right, and of which only is left to see that it was not used before.</summary>
/// <param name="Thumbprint">The RFC 7638 thumbprint of the key whose possession it proves.</param>
/// <param name="Id">Tells it from every other proof.</param>
/// <param name="NextNonce">The nonce for the next proof, when that of this one grows old.</param>
internal sealed record VerifiedProof(string Thumbprint, UInt128 Id, string? NextNonce);
