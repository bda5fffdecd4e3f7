using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Fido2NetLib;
using Fido2NetLib.Objects;
using Gatehouse.Audit;
using Gatehouse.Protection;
using Gatehouse.Protection.Json;
using Gatehouse.Protection.Settings;
using Gatehouse.Users;
using Microsoft.Extensions.Options;

namespace Gatehouse.Authentication;

/// <summary>
/// Adds passkeys and signs in with them (WebAuthn Level 3). The challenge is a ticket: every instance can read it, it says when it
/// was made, and the client returns it, signed, in its client data. Each passkey keeps the time of the last challenge, so that none
/// is accepted twice.
/// </summary>
internal sealed class Passkeys(IOptions<PasskeyOptions> options, SignInTickets tickets, IUserStore users, Lockout lockout, TimeProvider time, AuditLog audit)
{
    /// <summary>The most passkeys of a user.</summary>
    public const int MaxCount = 10;

    private const string AddPurpose = "add passkey";
    private const string SignInPurpose = "sign in with passkey";
    private static readonly TimeSpan ChallengeLifetime = TimeSpan.FromMinutes(5);

    private readonly Fido2 _fido = new(new Fido2Configuration
    {
        RPID = options.Value.RelyingPartyId,
        RPName = options.Value.RelyingPartyId,
        Origins = SettingList.Split(options.Value.Origins).ToHashSet(StringComparer.Ordinal),
    });

    /// <summary>
    /// The methods of a sign-in with a passkey (RFC 8176 §2): the possession of a key in hardware, or in software if it can leave its
    /// device, and the user's presence. The authenticator has also verified the user, by a PIN or biometrically, so these are two factors.
    /// </summary>
    public static ImmutableArray<string> MethodsOf(Passkey passkey) => [passkey.IsSynced ? "swk" : "hwk", "user", StepUp.MfaMethod];

    /// <summary>The options for <c>navigator.credentials.create</c>.</summary>
    public async Task<JsonElement> BeginAddAsync(User user, CancellationToken cancellationToken) =>
        JsonElement.Parse(CreateOptions(user, await tickets.SealAsync(AddPurpose, user, ChallengeLifetime, secret: null, cancellationToken)).ToJson());

    /// <summary>The new passkey; null when the credential is not accepted.</summary>
    /// <param name="user">The user, who must have asked for the options.</param>
    /// <param name="credential">The answer of the authenticator.</param>
    /// <param name="name">The name that the user gives it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<Passkey?> VerifyNewAsync(User user, JsonElement credential, string name, CancellationToken cancellationToken)
    {
        if (Read<AuthenticatorAttestationRawResponse>(credential) is not { Response.ClientDataJson: { } clientData } response
            || ReadChallenge(clientData) is not { } challenge
            || await FindOwnerAsync(challenge, cancellationToken) is not { } owner
            || owner.Id != user.Id)
        {
            return null;
        }

        var parameters = new MakeNewCredentialParams
        {
            AttestationResponse = response,
            OriginalOptions = CreateOptions(user, challenge),

            // A passkey is looked up among those of one user.
            IsCredentialIdUniqueToUserCallback = (found, _) => Task.FromResult(user.Factors.Passkeys.All(passkey => passkey.Id != Base64Url.EncodeToString(found.CredentialId))),
        };
        return await TryAsync(() => _fido.MakeNewCredentialAsync(parameters, cancellationToken)) is { } made
            ? new Passkey(Base64Url.EncodeToString(made.Id), Convert.ToBase64String(made.PublicKey), made.SignCount, made.IsBackupEligible, name, time.GetUtcNow(), null, default)
            : null;
    }

    /// <summary>The options for <c>navigator.credentials.get</c>. They name no user and no passkey, so they tell nothing of either.</summary>
    public async Task<JsonElement> BeginSignInAsync(CancellationToken cancellationToken) =>
        JsonElement.Parse(CreateOptions(await tickets.SealAsync(SignInPurpose, user: null, ChallengeLifetime, secret: null, cancellationToken)).ToJson());

    /// <summary>The user of a passkey, and the passkey; null when the credential is not accepted. It is used up by the write that accepts it.</summary>
    /// <param name="credential">The answer of the authenticator.</param>
    /// <param name="username">The user that it must belong to; null for any.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<(User User, Passkey Passkey)?> SignInAsync(JsonElement credential, string? username, CancellationToken cancellationToken)
    {
        if (Read<AuthenticatorAssertionRawResponse>(credential) is not { RawId: { } rawId, Response: { ClientDataJson: { } clientData, UserHandle: { } handle } } response
            || ReadChallenge(clientData) is not { } challenge
            || (await tickets.FindAsync(SignInPurpose, challenge, cancellationToken))?.ExpiresAt is not { } endsAt)
        {
            audit.LoginFailed(subject: null, "wrong_passkey");
            return null;
        }

        var madeAt = endsAt - ChallengeLifetime;
        var userId = Encoding.ASCII.GetString(handle);
        while (User.IsId(userId)
            && await users.FindByIdAsync(userId, cancellationToken) is { IsEnabled: true } user
            && (username is null || (UserName.TryParse(username, out var name) && name.Key == user.Name.Key))
            && user.Factors.Passkeys.FirstOrDefault(passkey => passkey.Id == Base64Url.EncodeToString(rawId)) is { } passkey
            && madeAt > passkey.LastChallengeAt
            && await VerifyAsync(response, challenge, passkey, cancellationToken) is { } counter)
        {
            var used = passkey with { Counter = counter, LastUsedAt = time.GetUtcNow(), LastChallengeAt = madeAt };
            var changed = user with { Factors = user.Factors with { Passkeys = user.Factors.Passkeys.Replace(passkey, used) }, SignIns = lockout.Forgive(user) };
            if (await users.TryReplaceAsync(changed, cancellationToken) is { } settled)
            {
                return (settled, used);
            }
        }

        audit.LoginFailed(subject: null, "wrong_passkey");
        return null;
    }

    // The new counter. Of an authenticator that counts, a counter that does not grow shows a copy (WebAuthn §6.1.1).
    private async Task<uint?> VerifyAsync(AuthenticatorAssertionRawResponse response, string challenge, Passkey passkey, CancellationToken cancellationToken)
    {
        var parameters = new MakeAssertionParams
        {
            AssertionResponse = response,
            OriginalOptions = CreateOptions(challenge),
            StoredPublicKey = Convert.FromBase64String(passkey.PublicKey),
            StoredSignatureCounter = passkey.Counter,
            IsUserHandleOwnerOfCredentialIdCallback = static (_, _) => Task.FromResult(true),
        };
        return await TryAsync(() => _fido.MakeAssertionAsync(parameters, cancellationToken)) is { } verified && (verified.SignCount > passkey.Counter || passkey.Counter == 0)
            ? verified.SignCount
            : null;
    }

    private CredentialCreateOptions CreateOptions(User user, string challenge)
    {
        var created = _fido.RequestNewCredential(new RequestNewCredentialParams
        {
            User = new Fido2User { Id = Encoding.ASCII.GetBytes(user.Id), Name = user.Name.Value, DisplayName = user.Name.Value },
            ExcludeCredentials = [.. user.Factors.Passkeys.Select(static passkey => new PublicKeyCredentialDescriptor(Base64Url.DecodeFromChars(passkey.Id)))],
            AuthenticatorSelection = new AuthenticatorSelection { ResidentKey = ResidentKeyRequirement.Required, UserVerification = UserVerificationRequirement.Required },
            AttestationPreference = AttestationConveyancePreference.None,
        });
        created.Challenge = Base64Url.DecodeFromChars(challenge);
        return created;
    }

    private AssertionOptions CreateOptions(string challenge)
    {
        var created = _fido.GetAssertionOptions(new GetAssertionOptionsParams { UserVerification = UserVerificationRequirement.Required });
        created.Challenge = Base64Url.DecodeFromChars(challenge);
        return created;
    }

    private async Task<User?> FindOwnerAsync(string challenge, CancellationToken cancellationToken)
    {
        try
        {
            return (await tickets.OpenAsync(AddPurpose, challenge, cancellationToken)).User;
        }
        catch (InvalidTicketException)
        {
            return null;
        }
    }

    private static string? ReadChallenge(byte[] clientData)
    {
        using var document = StrictJson.ParseObject(clientData, out _);
        return document?.RootElement.FindString("challenge");
    }

    private static T? Read<T>(JsonElement credential)
        where T : class
    {
        try
        {
            return credential.Deserialize<T>();
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException or NotSupportedException)
        {
            return null;
        }
    }

    // The library throws whatever its parsers of CBOR, keys and signatures throw. It reads nothing but the arguments.
    private static async Task<T?> TryAsync<T>(Func<Task<T>> verify)
        where T : class
    {
        try
        {
            return await verify();
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or OperationCanceledException))
        {
            return null;
        }
    }
}
