using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Bench;

/// <summary>A client's key, and the DPoP proofs (RFC 9449 §4.2) that it signs.</summary>
internal sealed class ProofMaker : IDisposable
{
    private readonly string _algorithm;
    private readonly ECDsa? _ec;
    private readonly RSA? _rsa;
    private readonly string _header;

    public ProofMaker(string algorithm)
    {
        _algorithm = algorithm;
        string jwk;
        if (algorithm == "ES256")
        {
            _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var key = _ec.ExportParameters(includePrivateParameters: false);
            jwk = $$"""{"kty":"EC","crv":"P-256","x":"{{Base64Url.EncodeToString(key.Q.X)}}","y":"{{Base64Url.EncodeToString(key.Q.Y)}}"}""";
        }
        else
        {
            _rsa = RSA.Create(2048);
            var key = _rsa.ExportParameters(includePrivateParameters: false);
            jwk = $$"""{"kty":"RSA","n":"{{Base64Url.EncodeToString(key.Modulus)}}","e":"{{Base64Url.EncodeToString(key.Exponent)}}"}""";
        }

        _header = Encode($$"""{"typ":"dpop+jwt","alg":"{{algorithm}}","jwk":{{jwk}}}""");
    }

    public string Prove(string method, Uri url, string? token)
    {
        var hash = token is null ? "" : $",\"ath\":\"{Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(token)))}\"";
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var signed = $"{_header}.{Encode($$"""{"jti":"{{Guid.NewGuid():N}}","htm":"{{method}}","htu":"{{url}}","iat":{{now}}{{hash}}}""")}";
        return $"{signed}.{Base64Url.EncodeToString(Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public void Dispose()
    {
        _ec?.Dispose();
        _rsa?.Dispose();
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private byte[] Sign(byte[] content) =>
        _ec?.SignData(content, HashAlgorithmName.SHA256)
        ?? _rsa!.SignData(content, HashAlgorithmName.SHA256, _algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
}
