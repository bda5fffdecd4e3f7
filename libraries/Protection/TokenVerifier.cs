using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Gatehouse.Protection.Caching;
using Gatehouse.Protection.Http;
using Gatehouse.Protection.Json;
using Gatehouse.Protection.Telemetry;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection;

/// <summary>
/// Verifies access tokens (RFC 9068 §4, RFC 8725). The <c>iss</c> selects the issuer, and the issuer's key determines
/// the algorithm, not the token. A token that was verified before costs a look-up instead of a signature check.
/// </summary>
internal sealed class TokenVerifier(TokenIssuers issuers, TimeProvider time, IOptions<ProtectionOptions> options, ProtectionMetrics metrics)
{
    /// <summary>How far the clocks of issuer and verifier may differ (<c>exp</c>, <c>nbf</c>; RFC 7519 §4.1.4).</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>The longest accepted token of this API, and the longest proof, in characters.</summary>
    public const int MaxLength = 8192;

    // Deeper than the deepest limit of an issuer, which is checked once the issuer is known.
    private const int MaxDepth = 64;

    private const string Accepted = "accepted";

    private readonly BoundedCache<TokenFingerprint, RememberedToken> _remembered = new(options.Value.RememberedTokens);

    /// <exception cref="KeysUnavailableException">No key of the token's issuer is known, because their source is unavailable.</exception>
    /// <exception cref="ServiceUnavailableException">It is unknown which tokens are revoked, and the settings then refuse every token.</exception>
    public ValueTask<TokenVerification> VerifyAsync(string token, CancellationToken cancellationToken) => VerifyAsync(token, forKnownApis: false, cancellationToken);

    /// <param name="token">The token.</param>
    /// <param name="forKnownApis">Whether a token for another API that its issuer knows is accepted too (<see cref="ITokenIssuer.IsForKnownApi"/>).</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="KeysUnavailableException">No key of the token's issuer is known, because their source is unavailable.</exception>
    /// <exception cref="ServiceUnavailableException">It is unknown which tokens are revoked, and the settings then refuse every token.</exception>
    public async ValueTask<TokenVerification> VerifyAsync(string token, bool forKnownApis, CancellationToken cancellationToken)
    {
        var started = metrics.Now;
        var verification = await JudgeAsync(token, forKnownApis, cancellationToken);
        metrics.TokenVerified(verification.Rejection?.Reason ?? Accepted, verification.IsRemembered, started);
        return verification;
    }

    private async ValueTask<TokenVerification> JudgeAsync(string token, bool forKnownApis, CancellationToken cancellationToken)
    {
        if (token.Length > issuers.MaxTokenLength)
        {
            return TokenRejection.TooLong(issuers.MaxTokenLength);
        }

        var now = time.GetUtcNow();
        var fingerprint = TokenFingerprint.Of(token);
        var isRemembered = _remembered.TryGet(fingerprint, out var verified) && await verified.Issuer.HoldsAsync(verified.Key, now, cancellationToken);
        if (!isRemembered)
        {
            (verified, var rejection) = await VerifyAnewAsync(token, forKnownApis, now, cancellationToken);
            if (verified is null)
            {
                return rejection!;
            }

            // A remembered token is accepted by this API.
            if (!forKnownApis)
            {
                _remembered.Set(fingerprint, verified);
            }
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

        return await verified.Issuer.IsRevokedAsync(verified.Caller, cancellationToken) ? TokenRejection.Revoked : verified.Caller;
    }

    private async ValueTask<(RememberedToken? Verified, TokenRejection? Rejection)> VerifyAnewAsync(string token, bool forKnownApis, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!TokenDecoder.TrySplit(token, out var headerPart, out var payloadPart))
        {
            return (null, TokenRejection.Malformed);
        }

        if (TokenHeader.Read(token.AsSpan()[headerPart], out var headerFault) is not { } header)
        {
            return (null, headerFault);
        }

        using var payload = TokenDecoder.ReadObject(token.AsSpan()[payloadPart], out var payloadFault, MaxDepth);
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

        if (FindFault(token, header, payload.RootElement, issuer) is { } fault)
        {
            return (null, fault);
        }

        if (await issuer.FindKeyAsync(header, name, now, cancellationToken) is not { } key)
        {
            return (null, header.Kid.Length == 0 ? TokenRejection.NoKeyId : TokenRejection.UnknownKey);
        }

        if (!key.Allows(header.Algorithm))
        {
            return (null, TokenRejection.WrongAlgorithm);
        }

        return VerifySignature(token, payloadPart.End.Value, header.Algorithm, key)
            ? Accept(payload.RootElement, forKnownApis, issuer, key, now)

            // Checked before the claims, because an attacker could make reading them expensive with a thousand scopes.
            : (null, TokenRejection.BadSignature);
    }

    // Costs no request and no signature check.
    private static TokenRejection? FindFault(string token, TokenHeader header, JsonElement payload, ITokenIssuer issuer) =>
        token.Length > issuer.MaxTokenLength ? TokenRejection.TooLong(issuer.MaxTokenLength)
        : payload.IsDeeperThan(issuer.MaxPayloadDepth) ? TokenRejection.Malformed
        : issuer.FindFault(header, payload);

    private static bool VerifySignature(string token, int contentLength, string algorithm, VerificationKey key)
    {
        using var span = Tracing.Source.StartActivity("token verification");
        return key.Verify(algorithm, Encoding.ASCII.GetBytes(token, 0, contentLength), Base64Url.DecodeFromChars(token.AsSpan(contentLength + 1)));
    }

    private static (RememberedToken? Verified, TokenRejection? Rejection) Accept(JsonElement payload, bool forKnownApis, ITokenIssuer issuer, VerificationKey key, DateTimeOffset now) =>
        issuer.ReadClaims(payload, out var notBefore) is not { } caller ? (null, TokenRejection.InvalidClaims)
        : !(forKnownApis ? issuer.IsForKnownApi(payload) : issuer.IsForThisApi(payload)) ? (null, TokenRejection.WrongAudience)
        : notBefore > now + ClockSkew ? (null, TokenRejection.NotYetValid)
        : (new RememberedToken(caller, issuer, key), null);
}
