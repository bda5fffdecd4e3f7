using System.Security.Cryptography;
using Gatehouse.Keys;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.KeyTool;

/// <summary>The kinds of keys that the tool makes.</summary>
internal static class KeyType
{
    public const string Rsa2048 = "rsa-2048";
    public const string Rsa3072 = "rsa-3072";
    public const string P256 = "p-256";

    public static readonly string[] All = [Rsa2048, Rsa3072, P256];

    /// <summary>A new private key as PKCS#8 in PEM.</summary>
    public static string Create(string type)
    {
        if (type == P256)
        {
            using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return ec.ExportPkcs8PrivateKeyPem();
        }

        using var rsa = RSA.Create(type == Rsa3072 ? 3072 : 2048);
        return rsa.ExportPkcs8PrivateKeyPem();
    }

    /// <summary>The kind for the successor of a key, which should not be weaker.</summary>
    public static string Of(SigningKey? key) => key switch
    {
        { Algorithm: SecurityAlgorithms.EcdsaSha256 } => P256,
        { SecurityKey.KeySize: > 2048 } => Rsa3072,
        _ => Rsa2048,
    };
}
