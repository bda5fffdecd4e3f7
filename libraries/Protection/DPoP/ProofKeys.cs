using System.Text.Json;
using Gatehouse.Protection.Caching;
using Gatehouse.Protection.Json;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection.DPoP;

/// <summary>
/// Reads the header of a proof, which holds the key (RFC 9449 §4.2). All proofs of a client have the same header, so
/// a key that verified one proof is cached by that header: the next proof costs no JSON parsing, no thumbprint and no
/// key import.
/// </summary>
internal sealed class ProofKeys(IOptions<DPoPOptions> options)
{
    private readonly BoundedCache<string, PeerKey> _remembered = new(options.Value.RememberedKeys);

    /// <summary>The key of a proof; null with the reason when the header is invalid.</summary>
    /// <param name="header">The first part of the proof, base64url.</param>
    /// <param name="rejection">The reason.</param>
    public PeerKey? Read(string header, out ProofRejection? rejection)
    {
        rejection = null;
        if (_remembered.TryGet(header, out var known))
        {
            return known;
        }

        using var document = TokenDecoder.ReadObject(header, out _);
        return document is null ? Refuse(ProofRejection.Malformed, out rejection) : Read(document.RootElement, out rejection);
    }

    /// <summary>Caches a key that verified a signature.</summary>
    public void Remember(string header, PeerKey key) => _remembered.Set(header, key);

    private static PeerKey? Read(JsonElement header, out ProofRejection? rejection)
    {
        rejection = null;
        if (header.TryGetProperty("crit", out _))
        {
            return Refuse(ProofRejection.CriticalHeader, out rejection);
        }

        if (!TokenHeader.IsType(header.FindString("typ"), "dpop+jwt"))
        {
            return Refuse(ProofRejection.WrongType, out rejection);
        }

        // RFC 9449 §11.6: an asymmetric algorithm, from a list that is fixed here.
        if (header.FindString("alg") is not { } algorithm || !PeerKey.Algorithms.Contains(algorithm))
        {
            return Refuse(ProofRejection.WrongAlgorithm, out rejection);
        }

        try
        {
            return header.TryGetProperty("jwk", out var jwk) ? PeerKey.Parse(jwk, algorithm) : Refuse(ProofRejection.BadKey, out rejection);
        }
        catch (InvalidKeyException)
        {
            return Refuse(ProofRejection.BadKey, out rejection);
        }
    }

    private static PeerKey? Refuse(ProofRejection reason, out ProofRejection? rejection)
    {
        rejection = reason;
        return null;
    }
}
