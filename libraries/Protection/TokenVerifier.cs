using System.Text.Json;
using Gatehouse.Protection.Caching;
using Gatehouse.Protection.Http;
using Gatehouse.Protection.Json;
using Gatehouse.Protection.Telemetry;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Protection;

/// <summary>
/// Verifies access tokens (RFC 9068 §4, RFC 8725). The <c>iss</c> selects the issuer, and the issuer's key determines
/// the algorithm, not the token. A token that was verified before costs a look-up instead of a signature check.
/// </summary>
internal sealed class TokenVerifier(TokenIssuers issuers, TimeProvider time, IOptions<ProtectionOptions> options, ProtectionMetrics metrics)
{
    /// <summary>How far the clocks of issuer and verifier may differ (<c>exp</c>, <c>nbf</c>; RFC 7519 §4.1.4).</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>The longest accepted token, in characters.</summary>
    public const int MaxLength = 8192;

    private const string Accepted = "accepted";

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = MaxLength };
    private readonly BoundedCache<TokenFingerprint, RememberedToken> _remembered = new(options.Value.RememberedTokens);

    /// <exception cref="KeysUnavailableException">No key of the token's issuer is known, because their source is unavailable.</exception>
    /// <exception cref="ServiceUnavailableException">It is unknown which tokens are revoked, and the settings then refuse every token.</exception>
    public async ValueTask<TokenVerification> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        var started = metrics.Now;
        var verification = await JudgeAsync(token, cancellationToken);
        metrics.TokenVerified(verification.Rejection?.Reason ?? Accepted, verification.IsRemembered, started);
        return verification;
    }

    private async ValueTask<TokenVerification> JudgeAsync(string token, CancellationToken cancellationToken)
    {
        if (token.Length > MaxLength)
        {
            return TokenRejection.TooLong;
        }

        var now = time.GetUtcNow();
        var fingerprint = TokenFingerprint.Of(token);
        var isRemembered = _remembered.TryGet(fingerprint, out var verified) && await verified.Key.Issuer.HoldsAsync(verified.Key, now, cancellationToken);
        if (!isRemembered)
        {
            (verified, var rejection) = await VerifyAnewAsync(token, now, cancellationToken);
            if (verified is null)
            {
                return rejection!;
            }

            _remembered.Set(fingerprint, verified);
        }

        return await CheckAsync(verified!, now, cancellationToken) with { IsRemembered = isRemembered };
    }

    // These checks apply at each use, to new and to remembered tokens.
    private static async ValueTask<TokenVerification> CheckAsync(RememberedToken verified, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (now - ClockSkew >= verified.Caller.ExpiresAt)
        {
            return TokenRejection.Expired;
        }

        return await verified.Key.Issuer.IsRevokedAsync(verified.Caller, cancellationToken) ? TokenRejection.Revoked : verified.Caller;
    }

    private async ValueTask<(RememberedToken? Verified, TokenRejection? Rejection)> VerifyAnewAsync(string token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!TokenDecoder.TrySplit(token, out var headerPart, out var payloadPart))
        {
            return (null, TokenRejection.Malformed);
        }

        if (TokenHeader.Read(token.AsSpan()[headerPart], out var headerFault) is not { } header)
        {
            return (null, headerFault);
        }

        using var payload = TokenDecoder.ReadObject(token.AsSpan()[payloadPart], out var payloadFault);
        if (payload is null)
        {
            return (null, payloadFault);
        }

        // Checked before the key, so that a token of an unknown issuer causes no request.
        var name = payload.RootElement.FindString("iss") ?? "";
        if (issuers.Find(name) is not { } issuer)
        {
            return (null, TokenRejection.WrongIssuer);
        }

        if (issuer.FindFault(header, payload.RootElement) is { } fault)
        {
            return (null, fault);
        }

        if (header.Kid.Length == 0)
        {
            return (null, TokenRejection.NoKeyId);
        }

        if (await issuer.FindKeyAsync(header.Kid, name, now, cancellationToken) is not { } key)
        {
            return (null, TokenRejection.UnknownKey);
        }

        return key.Allows(header.Algorithm)
            ? await VerifyWithAsync(key, token, payload.RootElement, now)
            : (null, TokenRejection.WrongAlgorithm);
    }

    private async ValueTask<(RememberedToken? Verified, TokenRejection? Rejection)> VerifyWithAsync(VerificationKey key, string token, JsonElement payload, DateTimeOffset now)
    {
        using var span = Tracing.Source.StartActivity("token verification");

        var result = await _handler.ValidateTokenAsync(token, key.Parameters);
        if (result.Exception is SecurityTokenInvalidSignatureException)
        {
            // Checked before the claims, because an attacker could make reading them expensive with a thousand scopes.
            return (null, TokenRejection.BadSignature);
        }

        // Checked before the result, because the handler reports a claim of the wrong type as another fault.
        if (key.Issuer.ReadClaims(payload, out var notBefore) is not { } caller)
        {
            return (null, TokenRejection.InvalidClaims);
        }

        if (!result.IsValid)
        {
            return (null, Explain(result.Exception));
        }

        return notBefore > now + ClockSkew ? (null, TokenRejection.NotYetValid) : (new RememberedToken(caller, key), null);
    }

    private static TokenRejection Explain(Exception exception) => exception switch
    {
        SecurityTokenInvalidIssuerException => TokenRejection.WrongIssuer,
        SecurityTokenInvalidAudienceException => TokenRejection.WrongAudience,

        // The handler reads more of a token than this class does, and stops at a value of the wrong type before it checks the signature.
        _ => TokenRejection.Malformed,
    };
}
