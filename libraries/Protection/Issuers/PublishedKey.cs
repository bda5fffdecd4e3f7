using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.Protection.Json;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Protection.Issuers;

/// <summary>
/// A key of an issuer's key set (RFC 7517). Only these members are read; a certificate beside them (<c>x5c</c>) would be a
/// second key with the same id. Two readings of an unchanged key are equal.
/// </summary>
/// <param name="Kid"><c>kid</c>; empty without it.</param>
/// <param name="Algorithm"><c>alg</c>; null without it.</param>
/// <param name="Issuer"><c>issuer</c>, which only Entra has: whose tokens the key signs. Null without it.</param>
/// <param name="Type"><c>kty</c>.</param>
/// <param name="Curve"><c>crv</c> of an elliptic-curve key.</param>
/// <param name="Modulus"><c>n</c> of an RSA key.</param>
/// <param name="Exponent"><c>e</c> of an RSA key.</param>
/// <param name="X"><c>x</c> of an elliptic-curve key.</param>
/// <param name="Y"><c>y</c> of an elliptic-curve key.</param>
internal sealed record PublishedKey(string Kid, string? Algorithm, string? Issuer, string Type, string? Curve, string? Modulus, string? Exponent, string? X, string? Y)
{
    private static readonly ImmutableArray<string> Rsa = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];

    /// <summary>
    /// The algorithms (RFC 7518 §3.1) that the settings of an issuer may name. There are no symmetric ones, because no secret
    /// is shared with an issuer.
    /// </summary>
    public static ImmutableArray<string> AllAlgorithms { get; } = [.. Rsa, "ES256", "ES384", "ES512"];

    /// <summary>The algorithms of the key: the one that it names, or those that its type allows.</summary>
    public IEnumerable<string> Algorithms => AlgorithmsOf(Type, Curve).Where(algorithm => Algorithm is null || algorithm == Algorithm);

    /// <summary>Reads a key. RFC 7517 §5: a key that can't be understood is ignored; the others of its set are used.</summary>
    /// <returns>Null for a key that is malformed, too weak, or not for verifying signatures.</returns>
    public static PublishedKey? Read(JsonElement jwk)
    {
        try
        {
            return jwk.ValueKind == JsonValueKind.Object && IsForSignatures(jwk) && ReadMembers(jwk) is { } key && key.IsStrong() ? key : null;
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    public JsonWebKey ToSecurityKey() => new() { Kty = Type, Kid = Kid, N = Modulus, E = Exponent, Crv = Curve, X = X, Y = Y };

    // RFC 7517 §4.2 to §4.4: use, key_ops and alg are optional, and binding when present.
    private static bool IsForSignatures(JsonElement jwk) =>
        (!jwk.TryGetPresent("use", out var use) || use.AsString() is "sig" or "")
        && (!jwk.TryGetPresent("key_ops", out var operations) || operations.AsStrings() is { } names && (names.Length == 0 || names.Contains("verify")))
        && (!jwk.TryGetPresent("alg", out var algorithm) || algorithm.ValueKind == JsonValueKind.String);

    private static PublishedKey? ReadMembers(JsonElement jwk) => jwk.FindString("kty") is not { } type ? null : new PublishedKey(
        jwk.FindString("kid") ?? "",
        jwk.FindString("alg") is { Length: > 0 } algorithm ? algorithm : null,
        jwk.FindString("issuer"),
        type,
        jwk.FindString("crv"),
        jwk.FindString("n"),
        jwk.FindString("e"),
        jwk.FindString("x"),
        jwk.FindString("y"));

    private static ImmutableArray<string> AlgorithmsOf(string type, string? curve) => (type, curve) switch
    {
        ("RSA", _) => Rsa,
        ("EC", "P-256") => ["ES256"],
        ("EC", "P-384") => ["ES384"],
        ("EC", "P-521") => ["ES512"],
        _ => [],
    };

    // The import checks the numbers, such as that a point is on its curve.
    private bool IsStrong()
    {
        if (Type == "RSA")
        {
            using var rsa = RSA.Create(new RSAParameters { Modulus = Base64UrlEncoder.DecodeBytes(Modulus), Exponent = Base64UrlEncoder.DecodeBytes(Exponent) });
            return rsa.KeySize >= PeerKey.MinRsaBits;
        }

        if (AlgorithmsOf(Type, Curve).IsEmpty)
        {
            return false;
        }

        using var ec = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.CreateFromFriendlyName("nist" + Curve!.Replace("-", "", StringComparison.Ordinal)),
            Q = new ECPoint { X = Base64UrlEncoder.DecodeBytes(X), Y = Base64UrlEncoder.DecodeBytes(Y) },
        });
        return true;
    }
}
