using System.Runtime.CompilerServices;
using System.Text.Json;
using Gatehouse.Keys;
using Gatehouse.Protection;
using Gatehouse.Protection.Json;
using Gatehouse.Revocation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>Gatehouse itself as an issuer: its tokens are verified with its signing keys, and can be revoked.</summary>
internal sealed class OwnIssuer(KeyRing keys, RevocationFeed revocations, Audiences audiences, IOptions<TokensOptions> options) : ITokenIssuer
{
    private readonly ConditionalWeakTable<SigningKey, VerificationKey> _keys = [];

    public IReadOnlyCollection<string> Names => [options.Value.Issuer];

    public int MaxTokenLength => TokenVerifier.MaxLength;

    public int MaxPayloadDepth => StrictJson.DefaultDepth;

    // RFC 9068 §4: the type keeps ID tokens and logout tokens, which the same keys may sign, from passing as access tokens.
    public TokenRejection? FindFault(TokenHeader header, JsonElement payload) => header.IsAccessToken ? null : TokenRejection.WrongType;

    public async ValueTask<VerificationKey?> FindKeyAsync(TokenHeader header, string name, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (header.Kid.Length == 0)
        {
            return null;
        }

        var ring = await keys.GetAsync(cancellationToken);

        // Another instance may know a newer key. The ring limits reads, so that invented ids cause no flood.
        var key = ring.FindForVerification(header.Kid, now) ?? (await keys.GetForUnknownKeyAsync(cancellationToken)).FindForVerification(header.Kid, now);
        return key is null ? null : _keys.GetValue(key, static key => new VerificationKey(key.Kid, key, key.SecurityKey, [key.Algorithm]));
    }

    public async ValueTask<bool> HoldsAsync(VerificationKey key, DateTimeOffset now, CancellationToken cancellationToken) =>
        ReferenceEquals((await keys.GetAsync(cancellationToken)).FindForVerification(key.Kid, now), key.Origin);

    // RFC 7519 §4.1.3, RFC 9068 §4: the exact string. With and without a trailing slash can be two APIs of one issuer.
    public bool IsForThisApi(JsonElement payload) =>
        payload.TryGetProperty("aud", out var audience) && audience.AsStrings()?.Contains(options.Value.Audience) == true;

    public bool IsForKnownApi(JsonElement payload) =>
        payload.TryGetProperty("aud", out var named) && named.AsStrings()?.Any(audiences.Contains) == true;

    public Caller? ReadClaims(JsonElement payload, out DateTimeOffset notBefore)
    {
        if (AccessTokenClaims.Read(payload, out notBefore) is not { } caller)
        {
            return null;
        }

        // Revocations are kept for the current lifetime of tokens. A token that was issued with a longer lifetime
        // would outlive its revocation. Only a person's token has a session.
        var lifetime = caller.SessionId is null ? options.Value.FindLongestLifetime() : options.Value.AccessTokenLifetime;
        return caller.ExpiresAt - caller.IssuedAt > lifetime ? caller with { ExpiresAt = caller.IssuedAt + lifetime } : caller;
    }

    public ValueTask<bool> IsRevokedAsync(Caller caller, CancellationToken cancellationToken) => revocations.IsRevokedAsync(caller, cancellationToken);
}

/// <summary>
/// Stops the start when a trusted issuer has the name of this API's own issuer, because its keys could then sign own
/// tokens.
/// </summary>
internal sealed class OwnIssuerIsUnique(IConfiguration configuration) : IValidateOptions<ProtectionOptions>
{
    public ValidateOptionsResult Validate(string? name, ProtectionOptions options)
    {
        var own = configuration[$"{TokensOptions.Section}:{nameof(TokensOptions.Issuer)}"];
        var failures = options.TrustedIssuers.Index()
            .Where(issuer => issuer.Item.ExpandNames().Contains(own, StringComparer.Ordinal))
            .Select(static issuer => $"Protection:TrustedIssuers:{issuer.Index}:Issuer is Tokens:Issuer, the issuer of this API's own tokens. Give each issuer its own name.")
            .ToArray();
        return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
