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
/// Verifies access tokens (RFC 9068 §4, RFC 8725). The <c>iss</c> says who must have signed one, that issuer's key
/// decides the algorithm, and the token decides neither; one that was verified before costs a look-up instead of a
/// signature check.
/// </summary>
internal sealed class TokenVerifier(TokenIssuers issuers, TimeProvider time, IOptions<ProtectionOptions> options, ProtectionMetrics metrics)
{
    /// <summary>How far the clocks of issuer and verifier may differ (<c>exp</c>, <c>nbf</c>; RFC 7519 §4.1.4).</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>The longest token that is looked at, in characters.</summary>
    public const int MaxLength = 8192;

    private const string Accepted = "accepted";

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = MaxLength };
    private readonly BoundedCache<TokenFingerprint, RememberedToken> _remembered = new(options.Value.RememberedTokens);

    /// <exception cref="KeysUnavailableException">No key of the token's issuer is known, because their source is away.</exception>
    /// <exception cref="ServiceUnavailableException">It can't be said which tokens are revoked, and no token is good then.</exception>
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

    // What is asked of each token each time, remembered or not.
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

        // Before any key is looked for: who isn't one of these costs nobody a request.
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
            // Before its claims are looked at: a thousand scopes are work that a stranger must not be able to ask for.
            return (null, TokenRejection.BadSignature);
        }

        // The handler reads the payload too, and calls a claim of the wrong type by other names.
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
        SecurityTokenMalformedException => TokenRejection.Malformed,
        _ => TokenRejection.BadSignature,
    };
}
