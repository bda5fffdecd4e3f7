using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Tests.Unit.Keys;

/// <summary>
/// Creates RSA keys with one number that is a byte shorter than usual. A JWK omits leading zero bytes (RFC 7518 §2), and
/// one key in a hundred has such a number.
/// </summary>
internal static class ShortNumberJwk
{
    private const int ModulusBytes = 256;
    private const int PrimeBytes = ModulusBytes / 2;

    /// <param name="member">The short number: <c>d</c>, <c>dp</c> or <c>dq</c>.</param>
    public static string Create(string member)
    {
        using var rsa = RSA.Create(ModulusBytes * 8);
        var key = rsa.ExportParameters(includePrivateParameters: true);
        var (p, q) = (Read(key.P!), Read(key.Q!));
        var phi = (p - 1) * (q - 1);
        var limit = BigInteger.One << (8 * ((member == "d" ? ModulusBytes : PrimeBytes) - 1));

        // Searches for an exponent instead of primes, because generating primes is slow. Any exponent coprime to phi is valid.
        for (BigInteger e = 65537; ; e += 2)
        {
            if (BigInteger.GreatestCommonDivisor(e, phi).IsOne)
            {
                var d = Invert(e, phi);
                if ((member switch { "d" => d, "dp" => d % (p - 1), _ => d % (q - 1) }) < limit)
                {
                    return Write(p, q, e, d);
                }
            }
        }
    }

    private static string Write(BigInteger p, BigInteger q, BigInteger e, BigInteger d) => JsonSerializer.Serialize(new
    {
        kty = "RSA",
        n = Encode(p * q),
        e = Encode(e),
        d = Encode(d),
        p = Encode(p),
        q = Encode(q),
        dp = Encode(d % (p - 1)),
        dq = Encode(d % (q - 1)),
        qi = Encode(Invert(q, p)),
    });

    private static BigInteger Invert(BigInteger value, BigInteger modulus)
    {
        var (r0, r1, t0, t1) = (modulus, value % modulus, BigInteger.Zero, BigInteger.One);
        while (!r1.IsZero)
        {
            var quotient = r0 / r1;
            (r0, r1) = (r1, r0 - (quotient * r1));
            (t0, t1) = (t1, t0 - (quotient * t1));
        }

        return t0.Sign < 0 ? t0 + modulus : t0;
    }

    private static BigInteger Read(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static string Encode(BigInteger number) => Base64UrlEncoder.Encode(number.ToByteArray(isUnsigned: true, isBigEndian: true));
}
