using System.Runtime.CompilerServices;
using System.Text.Json;
using Gatehouse.Caching;
using Gatehouse.Keys;
using Gatehouse.Operations.Telemetry;
using Gatehouse.Protection.Revocation;
using Gatehouse.Tokens;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Protection;

/// <summary>
/// Verifies access tokens (RFC 9068 §4, RFC 8725). The key decides the algorithm, never the token; a token that was
/// verified before costs a look-up instead of a signature check.
/// </summary>
internal sealed class TokenVerifier(
    KeyRing keys,
    RevocationFeed revocations,
    TimeProvider time,
    IOptions<TokensOptions> tokens,
    IOptions<ProtectionOptions> options,
    GatehouseMetrics metrics)
{
    /// <summary>The longest token that is looked at, in characters.</summary>
    public const int MaxLength = 8192;

    private const string Accepted = "accepted";

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = MaxLength };
    private readonly BoundedCache<TokenFingerprint, RememberedToken> _remembered = new(options.Value.RememberedTokens);
    private readonly ConditionalWeakTable<SigningKey, TokenValidationParameters> _parameters = [];

    /// <exception cref="KeysUnavailableException">No signing key is known, because its source is away.</exception>
    /// <exception cref="Storage.StorageUnavailableException">It can't be said which tokens are revoked, and no token is good then.</exception>
    public async ValueTask<TokenVerification> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        var started = metrics.Now;
        var verification = await VerifySignatureAndClaimsAsync(token, cancellationToken);
        if (verification.Caller is { } caller && await revocations.IsRevokedAsync(caller, cancellationToken))
        {
            verification = verification with { Caller = null, Rejection = TokenRejection.Revoked };
        }

        metrics.TokenVerified(verification.Rejection?.Reason ?? Accepted, verification.IsRemembered, started);
        return verification;
    }

    private async ValueTask<TokenVerification> VerifySignatureAndClaimsAsync(string token, CancellationToken cancellationToken)
    {
        if (token.Length > MaxLength)
        {
            return TokenRejection.TooLong;
        }

        var ring = await keys.GetAsync(cancellationToken);
        var now = time.GetUtcNow();
        var fingerprint = TokenFingerprint.Of(token);
        if (_remembered.TryGet(fingerprint, out var remembered) && ReferenceEquals(ring.FindForVerification(remembered.Key.Kid, now), remembered.Key))
        {
            return CheckEnd(remembered.Caller, now) with { IsRemembered = true };
        }

        if (!TokenDecoder.TrySplit(token, out var headerPart, out var payloadPart))
        {
            return TokenRejection.Malformed;
        }

        if (ReadHeader(token.AsSpan()[headerPart], out var kid, out var algorithm) is { } headerFault)
        {
            return headerFault;
        }

        // A key that was just announced elsewhere; the ring sees to it that invented ids do not become a flood of reads.
        var key = ring.FindForVerification(kid, now) ?? (await keys.GetForUnknownKeyAsync(cancellationToken)).FindForVerification(kid, now);
        if (key is null)
        {
            return TokenRejection.UnknownKey;
        }

        if (algorithm != key.Algorithm)
        {
            return TokenRejection.WrongAlgorithm;
        }

        var verification = await VerifyWithAsync(key, token, payloadPart, now);
        if (verification.Caller is { } caller)
        {
            _remembered.Set(fingerprint, new RememberedToken(caller, key));
        }

        return verification;
    }

    private static TokenRejection? ReadHeader(ReadOnlySpan<char> part, out string kid, out string algorithm)
    {
        kid = "";
        algorithm = "";
        using var document = TokenDecoder.ReadObject(part, out var rejection);
        if (document is null)
        {
            return rejection;
        }

        var header = document.RootElement;
        if (header.TryGetProperty("crit", out _))
        {
            // RFC 7515 §4.1.11: an extension that must be understood and is not.
            return TokenRejection.CriticalHeader;
        }

        // RFC 9068 §4: the type keeps ID tokens and logout tokens, which the same keys may sign, from passing as access tokens.
        if (FindText(header, "typ") is not { } type
            || !(type.Equals("at+jwt", StringComparison.OrdinalIgnoreCase) || type.Equals("application/at+jwt", StringComparison.OrdinalIgnoreCase)))
        {
            return TokenRejection.WrongType;
        }

        // jku, jwk, x5u and x5c are not read: the token does not say where its key comes from.
        algorithm = FindText(header, "alg") ?? "";
        kid = FindText(header, "kid") ?? "";
        return kid.Length == 0 ? TokenRejection.NoKeyId : null;
    }

    private static string? FindText(JsonElement header, string name)
    {
        try
        {
            return header.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, escaped: JSON lets it pass, .NET's texts do not.
            return null;
        }
    }

    private static TokenVerification CheckEnd(Caller caller, DateTimeOffset now) =>
        now - TokensOptions.ClockSkew >= caller.ExpiresAt ? TokenRejection.Expired : caller;

    private async ValueTask<TokenVerification> VerifyWithAsync(SigningKey key, string token, Range payloadPart, DateTimeOffset now)
    {
        using var span = Tracing.Source.StartActivity("token verification");
        using var payload = TokenDecoder.ReadObject(token.AsSpan()[payloadPart], out var payloadFault);
        if (payload is null)
        {
            return payloadFault!;
        }

        // Before the signature: the handler reads the payload too, and would call a claim of the wrong type a wrong signature.
        if (ReadClaims(payload.RootElement, out var notBefore) is not { } caller)
        {
            return TokenRejection.InvalidClaims;
        }

        var result = await _handler.ValidateTokenAsync(token, _parameters.GetValue(key, CreateParameters));
        if (!result.IsValid)
        {
            return Explain(result.Exception);
        }

        return notBefore > now + TokensOptions.ClockSkew ? TokenRejection.NotYetValid : CheckEnd(caller, now);
    }

    private static Caller? ReadClaims(JsonElement payload, out DateTimeOffset notBefore)
    {
        try
        {
            return AccessTokenClaims.Read(payload, out notBefore);
        }
        catch (InvalidOperationException)
        {
            notBefore = default;
            return null;
        }
    }

    private static TokenRejection Explain(Exception exception) => exception switch
    {
        SecurityTokenInvalidIssuerException => TokenRejection.WrongIssuer,
        SecurityTokenInvalidAudienceException => TokenRejection.WrongAudience,
        SecurityTokenMalformedException => TokenRejection.Malformed,
        _ => TokenRejection.BadSignature,
    };

    private TokenValidationParameters CreateParameters(SigningKey key) => new()
    {
        IssuerSigningKey = key.SecurityKey,
        TryAllIssuerSigningKeys = false,
        ValidAlgorithms = [key.Algorithm],
        ValidIssuer = tokens.Value.Issuer,
        ValidAudience = tokens.Value.Audience,

        // The life of a token is checked here, by the TimeProvider, for a remembered token in the same way as for a new one.
        ValidateLifetime = false,
    };
}
