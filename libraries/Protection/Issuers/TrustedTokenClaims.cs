using System.Collections.Immutable;
using System.Text.Json;
using Gatehouse.Protection.Json;
using Gatehouse.Protection.Settings;

namespace Gatehouse.Protection.Issuers;

/// <summary>
/// Reads the caller from an access token of another provider. Providers differ from RFC 9068 in the name of the
/// client id and in the types of numbers, and few set a <c>jti</c>. An optional claim that can't be read counts as
/// absent. Their <c>sid</c> is ignored, because it names no session of Gatehouse.
/// </summary>
internal sealed class TrustedTokenClaims(TrustedIssuerOptions options, GrantedScopes grants)
{
    // OpenID Connect Core §2: the longest subject.
    private const int MaxSubjectLength = 255;

    // 9999-12-31T23:59:59Z, the last second that DateTimeOffset can hold.
    private const double LastSecond = 253_402_300_799;

    // RFC 7519 §4.1.7; Entra.
    private static readonly ImmutableArray<string> TokenIdClaims = ["jti", "uti"];

    // Claims of a person's sign-in.
    private static readonly ImmutableArray<string> PersonalClaims = ["sid", "auth_time", "amr"];

    private readonly ImmutableArray<string> _clientClaims = [.. SettingList.Split(options.ClientClaims)];

    /// <summary>The client that the token was issued to; null when the token does not name it.</summary>
    public string? FindClient(JsonElement payload) => FindFirst(payload, _clientClaims);

    /// <summary>The caller that the claims name; null when a required claim is missing, or a strict one is of the wrong type.</summary>
    /// <param name="payload">The payload, a JSON object.</param>
    /// <param name="notBefore"><c>nbf</c>, or the beginning of time without it.</param>
    public Caller? Read(JsonElement payload, out DateTimeOffset notBefore)
    {
        notBefore = DateTimeOffset.MinValue;
        if (!payload.TryGetString("iss", out var issuer)
            || FindClient(payload) is not { } client
            || FindSubject(payload, client, out var isClient) is not { } subject
            || FindTime(payload, "exp") is not { } expiresAt
            || !TryGetStart(payload, ref notBefore)
            || !TryGetProofKey(payload, out var proofKey))
        {
            return null;
        }

        return new Caller
        {
            TrustedIssuer = issuer,
            Subject = subject,
            SubjectIsClient = isClient,
            ClientId = client,
            TokenId = FindFirst(payload, TokenIdClaims) ?? "",
            Scopes = grants.Read(payload, out var roles),
            Roles = roles,
            IssuedAt = FindTime(payload, "iat") ?? expiresAt - options.MaxLifetime,
            ExpiresAt = expiresAt,
            AuthenticatedAt = FindTime(payload, "auth_time"),
            AuthenticationMethods = payload.TryGetPresent("amr", out var methods) ? [.. methods.AsStrings() ?? []] : [],
            AuthenticationContext = payload.FindString("acr"),
            ProofKeyThumbprint = proofKey,
        };
    }

    /// <summary>
    /// A time (RFC 7519 §2, NumericDate), in whole seconds. Some serializers write it with an exponent or a fraction. Null when
    /// the claim is missing or no time.
    /// </summary>
    public static DateTimeOffset? FindTime(JsonElement payload, string name) =>
        payload.TryGetNumber(name, out var seconds) && seconds is >= 0 and <= LastSecond ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : null;

    // RFC 9068 §2.2 requires sub, but Duende leaves it out of a token that a client got for itself. The token of a
    // person must not pass for one of the client.
    private static string? FindSubject(JsonElement payload, string client, out bool isClient)
    {
        isClient = !payload.TryGetPresent("sub", out var claim);
        var subject = !isClient ? claim.AsString()
            : PersonalClaims.Any(name => payload.TryGetPresent(name, out _)) ? null
            : client;
        return subject is { Length: > 0 and <= MaxSubjectLength } && !subject.Any(char.IsControl) ? subject : null;
    }

    // Strict, because an unreadable nbf may lie in the future.
    private static bool TryGetStart(JsonElement payload, ref DateTimeOffset notBefore)
    {
        if (!payload.TryGetProperty("nbf", out _))
        {
            return true;
        }

        if (FindTime(payload, "nbf") is not { } start)
        {
            return false;
        }

        notBefore = start;
        return true;
    }

    // Strict, because a token that is bound in another way must not pass as a bearer token.
    private static bool TryGetProofKey(JsonElement payload, out string? thumbprint)
    {
        thumbprint = null;
        return !payload.TryGetPresent("cnf", out _) || AccessTokenClaims.TryGetProofKey(payload, out thumbprint);
    }

    private static string? FindFirst(JsonElement payload, ImmutableArray<string> claims)
    {
        foreach (var claim in claims)
        {
            if (ClaimValues.Find(payload, claim)?.AsString() is { Length: > 0 } text)
            {
                return text;
            }
        }

        return null;
    }
}
