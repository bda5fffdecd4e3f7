using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Gatehouse.Protection.Http;
using Scalar.AspNetCore;

namespace Gatehouse.Api.Reference;

/// <summary>
/// The scripts of the reference page: Scalar from its package, and the script that starts it. They are read at the
/// first request, so an app that doesn't serve the page never loads the package.
/// </summary>
internal sealed class ReferenceAssets
{
    private readonly Lazy<ReferenceAsset> _scalar = new(static () => ReferenceAsset.Read(typeof(ScalarOptions).Assembly, "ScalarStaticAssets.scalar.js"));
    private readonly Lazy<ReferenceAsset> _start = new(static () => ReferenceAsset.Read(typeof(ReferenceAssets).Assembly, "reference.js"));

    /// <summary>The script of that name; null when there is none.</summary>
    public ReferenceAsset? Find(string name) => name switch
    {
        "scalar.js" => _scalar.Value,
        "reference.js" => _start.Value,
        _ => null,
    };
}

/// <summary>A script of the reference page, compressed.</summary>
internal sealed class ReferenceAsset
{
    private const int ETagBytes = 16;

    private ReferenceAsset(byte[] gzip)
    {
        Gzip = gzip;
        ETag = EntityTag.Of(Convert.ToHexStringLower(SHA256.HashData(gzip).AsSpan(0, ETagBytes)));
    }

    public ReadOnlyMemory<byte> Gzip { get; }

    /// <summary>A strong validator of the compressed form.</summary>
    public string ETag { get; }

    /// <summary>Reads an embedded file that is compressed already, or compresses it.</summary>
    public static ReferenceAsset Read(Assembly assembly, string resource)
    {
        using var stream = assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"{assembly.GetName().Name} holds no {resource}: the package was changed.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new ReferenceAsset(bytes is [0x1F, 0x8B, ..] ? bytes : Compress(bytes));
    }

    public byte[] Decompress()
    {
        using var gzip = new GZipStream(new MemoryStream(Gzip.ToArray()), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);
        return plain.ToArray();
    }

    private static byte[] Compress(byte[] plain)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
        {
            gzip.Write(plain);
        }

        return compressed.ToArray();
    }
}
