using System.Security.Cryptography;
using System.Text.Json;

namespace Gatehouse.Tests.Integration.Hosting;

/// <summary>Keys that are made once for all tests: making an RSA key takes longer than most of them.</summary>
internal static class TestKeys
{
    private static readonly Lazy<string> RsaKey = new(static () =>
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportPkcs8PrivateKeyPem();
    });

    private static readonly Lazy<string> EcKey = new(static () =>
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return ec.ExportPkcs8PrivateKeyPem();
    });

    /// <summary>When the tests' clocks begin, and when the keys in files were made.</summary>
    public static DateTimeOffset CreatedOn { get; } = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    /// <summary>An RSA key of 2048 bits as PEM.</summary>
    public static string Rsa => RsaKey.Value;

    /// <summary>A P-256 key as PEM.</summary>
    public static string Ec => EcKey.Value;

    /// <summary>Writes a key where a host looks for it.</summary>
    public static void Write(string keysFolder, string value)
    {
        var folder = Directory.CreateDirectory(Path.Combine(keysFolder, "jwt-signing-key"));
        var bundle = new { value, attributes = new { enabled = true, created = CreatedOn.ToUnixTimeSeconds() } };
        File.WriteAllText(Path.Combine(folder.FullName, "0123456789abcdef0123456789abcdef.json"), JsonSerializer.Serialize(bundle));
    }
}
