using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;

namespace Gatehouse.Users;

/// <summary>
/// A password hash that another system has made. It is compared with the password as it was entered, because the other system
/// did not normalize it, and replaced by a hash of our own at the first sign-in.
/// </summary>
/// <param name="Stored">The text for the store. It begins with a dollar sign, as no hash of our own does.</param>
/// <param name="Work">The time of a comparison, in iterations of PBKDF2-HMAC-SHA512.</param>
/// <param name="Matches">Whether a password is the one of the hash.</param>
internal sealed partial record ImportedHash(string Stored, long Work, Func<string, bool> Matches)
{
    /// <summary>The longest accepted text.</summary>
    public const int MaxLength = 512;

    /// <summary>The most memory of Argon2id, in KiB: an instance needs it for each password that it checks at a time.</summary>
    public const int MaxMemory = 64 * 1024;

    /// <summary>The accepted forms, in words for the caller.</summary>
    public const string Forms = "bcrypt ($2a$, $2b$, $2y$), Argon2id ($argon2id$v=19$, at most 64 MiB), PBKDF2 ($pbkdf2-sha256$, $pbkdf2-sha512$), or version 3 of ASP.NET Core Identity";

    // Measured on x64. A round of bcrypt is two key schedules of Blowfish; a block of Argon2id has 1 KiB.
    private const int IterationsPerBcryptRound = 70;
    private const int IterationsPerArgonBlock = 4;

    private const string IdentityPrefix = "$identity$";
    private const int MaxLanes = 16;
    private const int MinKeyLength = 16;
    private const int MaxKeyLength = 64;

    /// <summary>Reads a hash in the form of its system, or in the stored one. Null for another form.</summary>
    public static ImportedHash? Find(string text)
    {
        if (Bcrypt().Match(text) is { Success: true } bcrypt)
        {
            return new ImportedHash(text, (long)IterationsPerBcryptRound << Number(bcrypt, "cost"), password => OpenBsdBCrypt.CheckPassword(text, password.ToCharArray()));
        }

        if (Argon2id().Match(text) is { Success: true } argon2)
        {
            return FindArgon2id(text, Number(argon2, "memory"), Number(argon2, "passes"), Number(argon2, "lanes"), Decode(argon2, "salt"), Decode(argon2, "key"));
        }

        return Pbkdf2().Match(text) is { Success: true } pbkdf2
            ? FindPbkdf2(text, pbkdf2.Groups["hash"].Value == "256" ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA512, Number(pbkdf2, "iterations"), Decode(pbkdf2, "salt"), Decode(pbkdf2, "key"))
            : FindIdentity(text.StartsWith(IdentityPrefix, StringComparison.Ordinal) ? text[IdentityPrefix.Length..] : text);
    }

    /// <summary>Reads a stored hash. Null for a hash of our own.</summary>
    public static ImportedHash? FindStored(string stored) => stored.StartsWith('$') ? Find(stored) : null;

    public override string ToString() => nameof(ImportedHash);

    private static ImportedHash? FindArgon2id(string text, int memory, int passes, int lanes, byte[] salt, byte[] key)
    {
        // RFC 9106 §3.1: at least 8 KiB for each lane.
        if (lanes is 0 or > MaxLanes || passes == 0 || memory < 8 * lanes || memory > MaxMemory || !AreUsable(salt, key))
        {
            return null;
        }

        return new ImportedHash(text, (long)IterationsPerArgonBlock * memory * passes, password =>
        {
            var parameters = new Argon2Parameters.Builder(Argon2Parameters.Argon2id)
                .WithVersion(Argon2Parameters.Version13).WithMemoryAsKB(memory).WithIterations(passes).WithParallelism(lanes).WithSalt(salt).Build();
            var derived = new byte[key.Length];
            var generator = new Argon2BytesGenerator();
            generator.Init(parameters);
            generator.GenerateBytes(Encoding.UTF8.GetBytes(password), derived);
            return CryptographicOperations.FixedTimeEquals(derived, key);
        });
    }

    private static ImportedHash? FindPbkdf2(string stored, HashAlgorithmName algorithm, int iterations, byte[] salt, byte[] key)
    {
        if (iterations <= 0 || !AreUsable(salt, key))
        {
            return null;
        }

        // A key that is longer than the hash takes the iterations once more for each further block (RFC 8018 §5.2). SHA-256 takes half
        // the time of SHA-512, because processors have instructions for it.
        var (length, iterationsPerIteration) = algorithm == HashAlgorithmName.SHA512 ? (64, 1.0) : algorithm == HashAlgorithmName.SHA256 ? (32, 0.5) : (20, 1.0);
        var blocks = (key.Length + length - 1) / length;
        return new ImportedHash(
            stored,
            (long)(blocks * iterationsPerIteration * iterations),
            password => CryptographicOperations.FixedTimeEquals(Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, algorithm, key.Length), key));
    }

    // PasswordHasher writes the version 1, then algorithm, iterations and length of the salt as big-endian integers, salt and key.
    private static ImportedHash? FindIdentity(string text)
    {
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length) || length < 13 || bytes[0] != 1)
        {
            return null;
        }

        var saltLength = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(9));
        HashAlgorithmName? algorithm = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1)) switch
        {
            0 => HashAlgorithmName.SHA1,
            1 => HashAlgorithmName.SHA256,
            2 => HashAlgorithmName.SHA512,
            _ => null,
        };
        return algorithm is { } known && saltLength >= 0 && saltLength <= length - 13
            ? FindPbkdf2(IdentityPrefix + text, known, BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(5)), bytes[13..(13 + saltLength)], bytes[(13 + saltLength)..length])
            : null;
    }

    private static bool AreUsable(byte[] salt, byte[] key) => salt.Length is >= 8 and <= MaxKeyLength && key.Length is >= MinKeyLength and <= MaxKeyLength;

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    // Base64 without padding. passlib writes a point for the plus sign. A text of an impossible length gives no bytes, which nothing accepts.
    private static byte[] Decode(Match match, string group)
    {
        var text = match.Groups[group].Value.Replace('.', '+');
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var length) ? bytes[..length] : [];
    }

    // The last character of the salt carries two bits.
    [GeneratedRegex(@"^\$2[aby]\$(?<cost>0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Bcrypt();

    // The reference implementation writes t before p, node-argon2 after it.
    [GeneratedRegex(@"^\$argon2id\$v=19\$m=(?<memory>[0-9]{1,7}),(?:t=(?<passes>[0-9]{1,4}),p=(?<lanes>[0-9]{1,3})|p=(?<lanes>[0-9]{1,3}),t=(?<passes>[0-9]{1,4}))\$(?<salt>[A-Za-z0-9+/]+)\$(?<key>[A-Za-z0-9+/]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Argon2id();

    [GeneratedRegex(@"^\$pbkdf2-sha(?<hash>256|512)\$(?:i=)?(?<iterations>[0-9]{1,9})(?:,l=[0-9]{1,3})?\$(?<salt>[A-Za-z0-9+/.]+)={0,2}\$(?<key>[A-Za-z0-9+/.]+)={0,2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pbkdf2();
}
