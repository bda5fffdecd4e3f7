using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Issuers;

/// <summary>A key of a stand-in issuer.</summary>
internal sealed class IssuerKey(string kid, AsymmetricAlgorithm key)
{
    private static readonly Lazy<RSA> OneRsa = new(static () => RSA.Create(2048));
    private static readonly Lazy<RSA> AnotherRsa = new(static () => RSA.Create(2048));
    private static readonly Lazy<ECDsa> OneEc = new(static () => ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public string Kid { get; } = kid;

    /// <summary>The <c>alg</c> in the key set; null for none, as with Entra.</summary>
    public string? PublishedAlgorithm { get; init; }

    /// <summary>The <c>issuer</c> in the key set, which only Entra has.</summary>
    public string? PublishedIssuer { get; init; }

    public byte[] PublicKey => key.ExportSubjectPublicKeyInfo();

    public static IssuerKey Rsa(string kid = "one", string? algorithm = null) => new(kid, OneRsa.Value) { PublishedAlgorithm = algorithm };

    public static IssuerKey OtherRsa(string kid = "another", string? issuer = null, string? algorithm = null) =>
        new(kid, AnotherRsa.Value) { PublishedIssuer = issuer, PublishedAlgorithm = algorithm };

    public static IssuerKey Ec(string kid = "curve") => new(kid, OneEc.Value);

    public JsonObject ToJwk()
    {
        var jwk = new JsonObject { ["kid"] = Kid, ["use"] = "sig" };
        if (key is RSA rsa)
        {
            var parameters = rsa.ExportParameters(includePrivateParameters: false);
            jwk["kty"] = "RSA";
            jwk["n"] = TokenForge.Encode(parameters.Modulus!);
            jwk["e"] = TokenForge.Encode(parameters.Exponent!);
        }
        else
        {
            var parameters = ((ECDsa)key).ExportParameters(includePrivateParameters: false);
            jwk["kty"] = "EC";
            jwk["crv"] = "P-256";
            jwk["x"] = TokenForge.Encode(parameters.Q.X!);
            jwk["y"] = TokenForge.Encode(parameters.Q.Y!);
        }

        if (PublishedAlgorithm is not null)
        {
            jwk["alg"] = PublishedAlgorithm;
        }

        if (PublishedIssuer is not null)
        {
            jwk["issuer"] = PublishedIssuer;
        }

        return jwk;
    }

    public byte[] Sign(byte[] content, string algorithm) => (key, algorithm[..2]) switch
    {
        (RSA rsa, "PS") => rsa.SignData(content, HashOf(algorithm), RSASignaturePadding.Pss),
        (RSA rsa, _) => rsa.SignData(content, HashOf(algorithm), RSASignaturePadding.Pkcs1),
        (ECDsa ec, _) => ec.SignData(content, HashOf(algorithm)),
        _ => throw new NotSupportedException(algorithm),
    };

    private static HashAlgorithmName HashOf(string algorithm) => new("SHA" + algorithm[2..]);
}
