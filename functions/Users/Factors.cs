using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using OtpNet;

namespace Gatehouse.Users;

/// <summary>What a user has beside the password. One value of the user, so that a further kind of factor needs no change of a store.</summary>
/// <param name="Totp">The authenticator app; null for none.</param>
/// <param name="RecoveryCodes">The SHA-256 of the codes, 120 random bits each, that stand in for the other factors once.</param>
internal sealed record Factors(
    [property: JsonPropertyName("t")] TotpFactor? Totp,
    [property: JsonPropertyName("r")] ImmutableArray<string> RecoveryCodes)
{
    /// <summary>No factor beside the password.</summary>
    public static readonly Factors None = new(null, []);

    /// <summary>The passkeys, each of which signs in without the password too.</summary>
    [JsonPropertyName("p")]
    public ImmutableArray<Passkey> Passkeys { get; init; } = [];

    private const int NewRecoveryCodes = 10;
    private const int RecoveryCodeBytes = 15;
    private const int RecoveryCodeGroup = 6;

    /// <summary>The longest code, with its hyphens.</summary>
    public const int MaxCodeLength = 40;

    /// <summary>Whether the password alone does not sign the user in.</summary>
    [JsonIgnore]
    public bool HasSecond => Totp is not null || !Passkeys.IsEmpty;

    /// <summary>Reads stored factors; <see cref="None"/> when nothing is stored.</summary>
    public static Factors Parse(string? text) => text is null ? None : JsonSerializer.Deserialize(text, UsersJsonContext.Default.Factors) ?? None;

    /// <summary>The form for the storage; null for <see cref="None"/>.</summary>
    public string? Store() => Equals(None) ? null : JsonSerializer.Serialize(this, UsersJsonContext.Default.Factors);

    /// <summary>The same factors with new recovery codes.</summary>
    /// <param name="codes">The codes, which are stored nowhere.</param>
    public Factors WithNewRecoveryCodes(out ImmutableArray<string> codes)
    {
        codes = [.. Enumerable.Range(0, NewRecoveryCodes).Select(static _ => CreateRecoveryCode())];
        return this with { RecoveryCodes = [.. codes.Select(static code => Hash(Normalize(code)))] };
    }

    /// <summary>The same factors, with recovery codes if they are the first of the user. The codes are null otherwise.</summary>
    public (Factors Factors, IReadOnlyList<string>? Codes) WithFirstRecoveryCodes() =>
        RecoveryCodes.IsEmpty ? (WithNewRecoveryCodes(out var codes), codes) : (this, null);

    /// <summary>The factors without the authenticator app.</summary>
    public Factors WithoutTotp() => (this with { Totp = null }).Trim();

    /// <summary>The factors without a passkey; null when there is no such passkey.</summary>
    public Factors? WithoutPasskey(string id) =>
        Passkeys.FirstOrDefault(passkey => passkey.Id == id) is { } found ? (this with { Passkeys = Passkeys.Remove(found) }).Trim() : null;

    /// <summary>The factors after a code was used, of the app or a recovery code; null for a wrong code, and for one that was used before.</summary>
    public Factors? Use(string text, DateTimeOffset now)
    {
        var code = Normalize(text);
        if (Totp?.FindStep(code, now) is { } step)
        {
            return this with { Totp = Totp with { LastStep = step } };
        }

        // A look-up by hash: how long it takes tells nothing of a code.
        var hash = Hash(code);
        return RecoveryCodes.Contains(hash) ? this with { RecoveryCodes = RecoveryCodes.Remove(hash) } : null;
    }

    public bool Equals(Factors? other) => other is not null && Totp == other.Totp && RecoveryCodes.SequenceEqual(other.RecoveryCodes) && Passkeys.SequenceEqual(other.Passkeys);

    public override int GetHashCode() => HashCode.Combine(Totp, RecoveryCodes.Length, Passkeys.Length);

    // A record prints its members; these must not get into a log.
    public override string ToString() => nameof(Factors);

    // Recovery codes alone are no factor.
    private Factors Trim() => HasSecond ? this : None;

    private static string CreateRecoveryCode() =>
        string.Join('-', Base32Encoding.ToString(RandomNumberGenerator.GetBytes(RecoveryCodeBytes)).ToLowerInvariant().Chunk(RecoveryCodeGroup).Select(static group => new string(group)));

    // People add and drop spaces and hyphens.
    private static string Normalize(string code) => new([.. code.Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant)]);

    private static string Hash(string code) => Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(code)));
}

/// <summary>An authenticator app that shows codes of six digits (RFC 6238: SHA-1, 30 seconds, the only parameters that every app knows).</summary>
/// <param name="Secret">The secret that the app and Gatehouse share, in base32.</param>
/// <param name="LastStep">The time step of the last code that was accepted. No code of it or an earlier one is (RFC 6238 §5.2).</param>
/// <param name="Since">When the app was added.</param>
internal sealed record TotpFactor(
    [property: JsonPropertyName("s")] string Secret,
    [property: JsonPropertyName("l")] long LastStep,
    [property: JsonPropertyName("d")] DateTimeOffset Since)
{
    private const int Digits = 6;

    // RFC 4226 §4: 160 bits.
    private const int SecretBytes = 20;

    // RFC 6238 §6: the clock of a phone may be a step off, and the user takes time to type.
    private static readonly VerificationWindow OneStepOff = new(previous: 1, future: 1);

    /// <summary>A new secret.</summary>
    public static string CreateSecret() => Base32Encoding.ToString(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>The time step of a right code that was not used before; null for any other.</summary>
    public long? FindStep(string code, DateTimeOffset now)
    {
        var totp = new Totp(Base32Encoding.ToBytes(Secret), totpSize: Digits);
        return code.Length == Digits && totp.VerifyTotp(now.UtcDateTime, code, out var step, OneStepOff) && step > LastStep ? step : null;
    }

    // A record prints its members; these must not get into a log.
    public override string ToString() => nameof(TotpFactor);
}
