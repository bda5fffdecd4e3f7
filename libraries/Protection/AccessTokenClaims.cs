using System.Collections.Immutable;
using System.Text.Json;
using Gatehouse.Protection.Json;

namespace Gatehouse.Protection;

/// <summary>Reads the claims of an access token (RFC 9068 §2.2) by name and type.</summary>
internal static class AccessTokenClaims
{
    // 9999-12-31T23:59:59Z, the last second that DateTimeOffset can hold.
    private const long LastSecond = 253_402_300_799;

    /// <summary>The caller that the claims name; null when a claim is missing or of the wrong type.</summary>
    /// <param name="payload">The payload, a JSON object.</param>
    /// <param name="notBefore"><c>nbf</c>, or the beginning of time without it.</param>
    public static Caller? Read(JsonElement payload, out DateTimeOffset notBefore)
    {
        notBefore = DateTimeOffset.MinValue;
        if (!payload.TryGetString("sub", out var subject)
            || !payload.TryGetString("client_id", out var clientId)
            || !payload.TryGetString("jti", out var tokenId)
            || !TryGetScope(payload, out var scope)
            || !TryGetTime(payload, "iat", out var issuedAt)
            || !TryGetTime(payload, "exp", out var expiresAt)
            || !TryGetOptionalTime(payload, "nbf", out var startsAt)
            || !TryGetOptionalTime(payload, "auth_time", out var authenticatedAt)
            || !TryGetOptionalTime(payload, "updated_at", out var updatedAt)
            || !payload.TryGetOptionalString("sid", out var sessionId)
            || sessionId is ""
            || !TryGetStrings(payload, "roles", out var roles)
            || !TryGetStrings(payload, "amr", out var methods)
            || !payload.TryGetOptionalString("acr", out var context)
            || !TryGetProofKey(payload, out var proofKey))
        {
            return null;
        }

        notBefore = startsAt ?? DateTimeOffset.MinValue;
        return new Caller
        {
            Subject = subject,
            ClientId = clientId,
            TokenId = tokenId,
            Scopes = ScopeSet.Parse(scope),
            IssuedAt = issuedAt,
            ExpiresAt = expiresAt,
            AuthenticatedAt = authenticatedAt,
            AuthenticationMethods = methods,
            AuthenticationContext = context,
            UpdatedAt = updatedAt,
            MustChangePassword = IsTrue(payload, "password_change_required"),
            MustAddFactor = IsTrue(payload, "second_factor_required"),
            SessionId = sessionId,
            Roles = roles,
            ProofKeyThumbprint = proofKey,
        };
    }

    private static bool IsTrue(JsonElement payload, string name) => payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    // The claim is an empty string for a person without a role: present, and granting nothing.
    private static bool TryGetScope(JsonElement payload, out string scope)
    {
        var text = payload.FindString("scope");
        scope = text ?? "";
        return text is not null;
    }

    public static bool TryGetTime(JsonElement payload, string name, out DateTimeOffset time)
    {
        time = default;
        if (!payload.TryGetProperty(name, out var value)
            || value.ValueKind != JsonValueKind.Number
            || !value.TryGetInt64(out var seconds)
            || seconds is < 0 or > LastSecond)
        {
            return false;
        }

        time = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return true;
    }

    public static bool TryGetOptionalTime(JsonElement payload, string name, out DateTimeOffset? time)
    {
        time = null;
        if (!payload.TryGetProperty(name, out _))
        {
            return true;
        }

        var isTime = TryGetTime(payload, name, out var found);
        time = found;
        return isTime;
    }

    private static bool TryGetStrings(JsonElement payload, string name, out ImmutableArray<string> strings)
    {
        strings = [];
        if (!payload.TryGetProperty(name, out var value))
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.Array || value.AsStrings() is not { } texts)
        {
            return false;
        }

        strings = [.. texts];
        return true;
    }

    // RFC 7800 §3.1 lets a verifier ignore other members of cnf. A token that another member binds to its sender
    // would then pass as a bearer token, so a cnf without jkt is refused.
    public static bool TryGetProofKey(JsonElement payload, out string? thumbprint)
    {
        thumbprint = null;
        return !payload.TryGetProperty("cnf", out var confirmation)
            || (confirmation.ValueKind == JsonValueKind.Object && confirmation.TryGetString("jkt", out thumbprint));
    }
}
