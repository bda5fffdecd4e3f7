using System.Collections.Immutable;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Protection.Issuers;

/// <summary>Which algorithms (RFC 7518 §3.1) a published key can be for. None with a shared secret: there is none to share.</summary>
internal static class SignatureAlgorithms
{

    private static readonly ImmutableArray<string> Rsa = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];

    /// <summary>Every algorithm that an issuer may be trusted with.</summary>
    public static ImmutableArray<string> All { get; } = [.. Rsa, "ES256", "ES384", "ES512"];

    /// <summary>What a key of a key set is for: the one algorithm that it names, or those that its kind allows. Empty for a key that is not for signatures, or too weak.</summary>
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

        // RFC 7517 §4.2 to §4.4: all are optional, and binding where they are there.
        return key.Use is not (null or "" or "sig") || (key.KeyOps.Count > 0 && !key.KeyOps.Contains("verify")) ? []
            : string.IsNullOrEmpty(key.Alg) ? byKind
            : [.. byKind.Where(algorithm => algorithm == key.Alg)];
    }

    // RFC 7517 §5: one key that can't be understood is ignored, and the others of its set are used.
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
