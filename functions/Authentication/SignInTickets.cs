using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Keys;
using Gatehouse.Users;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Authentication;

/// <summary>
/// Seals what a client carries between two requests, so that nothing is stored and every instance can read it: AES-256-GCM, with
/// a key that is derived from the signing key. A ticket is for one purpose, ends, and ends with each change of the user's
/// credentials. It is no token: nothing accepts it but the request that it is for.
/// </summary>
internal sealed class SignInTickets(KeyRing keys, IUserStore users, TimeProvider time)
{
    /// <summary>The longest accepted ticket, in characters.</summary>
    public const int MaxLength = 2048;

    private const int TagBytes = 16;
    private const int NonceBytes = 12;

    private readonly ConditionalWeakTable<SigningKey, byte[]> _keys = [];

    /// <summary>Seals a ticket.</summary>
    /// <param name="purpose">The request that it is for.</param>
    /// <param name="user">The user; null while none is known.</param>
    /// <param name="lifetime">How long it is valid.</param>
    /// <param name="secret">A secret that belongs to it; null for none.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<string> SealAsync(string purpose, User? user, TimeSpan lifetime, string? secret, CancellationToken cancellationToken)
    {
        var key = await keys.GetActiveKeyAsync(cancellationToken);
        var ticket = new SignInTicket(user?.Name.Value, user is null ? null : Stamp(user), time.GetUtcNow() + lifetime, secret);
        var content = JsonSerializer.SerializeToUtf8Bytes(ticket, TicketJsonContext.Default.SignInTicket);
        var bytes = new byte[NonceBytes + content.Length + TagBytes];
        RandomNumberGenerator.Fill(bytes.AsSpan(0, NonceBytes));
        using var cipher = new AesGcm(_keys.GetValue(key, Derive), TagBytes);
        cipher.Encrypt(bytes.AsSpan(0, NonceBytes), content, bytes.AsSpan(NonceBytes, content.Length), bytes.AsSpan(NonceBytes + content.Length), Encoding.UTF8.GetBytes(purpose));
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>The user of a ticket, and the secret that belongs to it.</summary>
    /// <param name="purpose">The request that it must be for.</param>
    /// <param name="text">The ticket.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="InvalidTicketException">The ticket is for something else, has expired, or the user's credentials have changed since.</exception>
    public async Task<(User User, string? Secret)> OpenAsync(string purpose, string text, CancellationToken cancellationToken)
    {
        var ticket = await FindAsync(purpose, text, cancellationToken);
        return ticket is not null
            && UserName.TryParse(ticket.UserName, out var name)
            && await users.FindAsync(name, cancellationToken) is { IsEnabled: true } user
            && Stamp(user) == ticket.Stamp
                ? (user, ticket.Secret)
                : throw new InvalidTicketException();
    }

    /// <summary>A ticket without a user; null when it is for something else, or has ended.</summary>
    /// <param name="purpose">The request that it must be for.</param>
    /// <param name="text">The ticket.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<SignInTicket?> FindAsync(string purpose, string text, CancellationToken cancellationToken)
    {
        var ring = await keys.GetAsync(cancellationToken);
        var now = time.GetUtcNow();

        // Around a rotation, instances may differ in the active key, but each has both keys.
        return Base64Url.IsValid(text)
            ? ring.FindPublished(now).Select(key => TryOpen(key, purpose, Base64Url.DecodeFromChars(text))).FirstOrDefault(ticket => now < ticket?.ExpiresAt)
            : null;
    }

    /// <summary>Makes the change that a ticket is for. The change ends the ticket, so only the first of two requests succeeds.</summary>
    /// <exception cref="InvalidTicketException">Another request has changed the user since the ticket was opened.</exception>
    public static async Task UseAsync(Func<Task<User>> change)
    {
        try
        {
            await change();
        }
        catch (UserChangedException)
        {
            throw new InvalidTicketException();
        }
    }

    private SignInTicket? TryOpen(SigningKey key, string purpose, byte[] bytes)
    {
        var length = bytes.Length - NonceBytes - TagBytes;
        if (length <= 0)
        {
            return null;
        }

        var content = new byte[length];
        using var cipher = new AesGcm(_keys.GetValue(key, Derive), TagBytes);
        try
        {
            cipher.Decrypt(bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes, length), bytes.AsSpan(NonceBytes + length), content, Encoding.UTF8.GetBytes(purpose));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        return JsonSerializer.Deserialize(content, TicketJsonContext.Default.SignInTicket);
    }

    // Neither counts of wrong codes nor used ones, which change while a user signs in.
    private static string Stamp(User user) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{user.Id}\n{user.PasswordHash}\n{user.SessionsEndedAt:O}\n{user.Factors.Totp?.Secret}\n{user.Email}\n{user.IsEmailVerified}")).AsSpan(0, 16));

    // RFC 5869: a key that HKDF derives for one purpose reveals nothing about its source, nor about keys for other purposes.
    private static byte[] Derive(SigningKey key) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Base64UrlEncoder.DecodeBytes(key.SecurityKey.D), SHA256.HashSizeInBytes, info: "gatehouse sign-in ticket"u8.ToArray());
}

/// <summary>The ticket is for something else, has expired, or the user's credentials have changed since.</summary>
internal sealed class InvalidTicketException() : Exception("The ticket is not valid, has expired or was used, or the credentials of the user have changed. Begin again.");

/// <summary>The content of a ticket.</summary>
internal sealed record SignInTicket(string? UserName, string? Stamp, DateTimeOffset ExpiresAt, string? Secret)
{
    // A record prints its members; these must not get into a log.
    public override string ToString() => nameof(SignInTicket);
}

[JsonSerializable(typeof(SignInTicket))]
internal sealed partial class TicketJsonContext : JsonSerializerContext;
