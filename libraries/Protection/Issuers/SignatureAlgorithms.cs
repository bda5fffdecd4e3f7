using System.Collections.Immutable;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Protection.Issuers;

/// <summary>
/// Finds the algorithms (RFC 7518 §3.1) of a published key. There are no symmetric ones, because no secret is shared
/// with an issuer.
/// </summary>
internal static class SignatureAlgorithms
{

    private static readonly ImmutableArray<string> Rsa = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];

    /// <summary>The algorithms that the settings of an issuer may name.</summary>
    public static ImmutableArray<string> All { get; } = [.. Rsa, "ES256", "ES384", "ES512"];

    /// <summary>
    /// The algorithms of a key: the one that it names, or those that its type allows. Empty for a key that is too
    /// weak or not for signatures.
    /// </summary>
    public static ImmutableArray<string> Of(JsonWebKey key)
    {
        ImmutableArray<string> byKind = (key.Kty, key.Crv) switch
        {
            ("RSA", _) when KeySizeOf(key) >= PeerKey.MinRsaBits => Rsa,
            ("EC", "P-256") => ["ES256"],
            ("EC", "P-384") => ["ES384"],
            ("EC", "P-521") => ["ES512"],
            _ => [],
        };

        // RFC 7517 §4.2 to §4.4: use, key_ops and alg are optional, and binding when present.
        return key.Use is not (null or "" or "sig") || (key.KeyOps.Count > 0 && !key.KeyOps.Contains("verify")) ? []
            : string.IsNullOrEmpty(key.Alg) ? byKind
            : [.. byKind.Where(algorithm => algorithm == key.Alg)];
    }

    // RFC 7517 §5: a key that can't be understood is ignored; the others of its set are used.
    private static int KeySizeOf(JsonWebKey key)
    {
        try
        {
            return key.KeySize;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            return 0;
        }
    }
}
