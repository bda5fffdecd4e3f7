using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Tokens;

/// <summary>A refresh token: opaque to its holder, <c>family.secret</c> to Gatehouse. Only the SHA-256 of the secret is stored.</summary>
/// <param name="Family">The same in every token of a family, and in no other.</param>
/// <param name="Secret">256 random bits, new in every token.</param>
internal sealed record RefreshToken(string Family, ImmutableArray<byte> Secret)
{
    private const int FamilyBytes = 16;
    private const int SecretBytes = 32;

    /// <summary>The <see cref="RefreshTokenFamily.Id"/> of the token's family.</summary>
    public string FamilyId { get; } = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Family)).AsSpan(0, FamilyBytes));

    /// <summary>Whether a string has the form of a <see cref="FamilyId"/>.</summary>
    public static bool IsFamilyId(string text) =>
        text.Length == Base64Url.GetEncodedLength(FamilyBytes) && text.All(static character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');

    /// <summary>The first token of a new family.</summary>
    public static RefreshToken CreateFirst() => new(
        Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(FamilyBytes)),
        [.. RandomNumberGenerator.GetBytes(SecretBytes)]);

    /// <summary>A salt for <see cref="Next"/>.</summary>
    public static ImmutableArray<byte> CreateSalt() => [.. RandomNumberGenerator.GetBytes(SecretBytes)];

    public static bool TryParse(string text, [NotNullWhen(true)] out RefreshToken? token)
    {
        token = null;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot != Base64Url.GetEncodedLength(FamilyBytes) || text.Length != dot + 1 + Base64Url.GetEncodedLength(SecretBytes))
        {
            return false;
        }

        Span<byte> family = stackalloc byte[FamilyBytes];
        var secret = new byte[SecretBytes];

        // DecodeFromChars, because TryDecodeFromChars throws for invalid base64url.
        if (Base64Url.DecodeFromChars(text.AsSpan(0, dot), family, out _, out var familyLength) != OperationStatus.Done
            || Base64Url.DecodeFromChars(text.AsSpan(dot + 1), secret, out _, out var secretLength) != OperationStatus.Done
            || familyLength != FamilyBytes
            || secretLength != SecretBytes)
        {
            return false;
        }

        token = new RefreshToken(text[..dot], [.. secret]);
        return true;
    }

    /// <summary>
    /// The next token: HMAC-SHA256 of the salt with this token's secret as the key. So a client that repeats a
    /// redemption within the leeway gets the same token again, although the token is stored nowhere. Deriving it
    /// takes both the salt, which only the store has, and the secret, which only the holder has.
    /// </summary>
    public RefreshToken Next(ImmutableArray<byte> salt) => this with { Secret = [.. HMACSHA256.HashData(Secret.AsSpan(), salt.AsSpan())] };

    /// <summary>The stored form of the token.</summary>
    public ImmutableArray<byte> Hash() => [.. SHA256.HashData(Secret.AsSpan())];

    /// <summary>Whether a stored hash is this token's, in constant time.</summary>
    public bool Matches(ImmutableArray<byte> hash) => CryptographicOperations.FixedTimeEquals(Hash().AsSpan(), hash.AsSpan());

    /// <summary>The form that the holder gets.</summary>
    public string Encode() => $"{Family}.{Base64Url.EncodeToString(Secret.AsSpan())}";

    // A record prints its members; these must not get into a log.
    public override string ToString() => $"{FamilyId}.(secret)";
}

/// <summary>A refresh token that was accepted.</summary>
/// <param name="Family">The family after the redemption.</param>
/// <param name="Next">The next token.</param>
/// <param name="IsRepeated">Whether this repeats a redemption within the leeway.</param>
internal sealed record RedeemedToken(RefreshTokenFamily Family, RefreshToken Next, bool IsRepeated);
