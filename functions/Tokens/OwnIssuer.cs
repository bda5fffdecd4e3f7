using System.Runtime.CompilerServices;
using System.Text.Json;
using Gatehouse.Keys;
using Gatehouse.Protection;
using Gatehouse.Revocation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Tokens;

/// <summary>Gatehouse itself: its tokens are verified with the keys that sign them, and can be revoked.</summary>
internal sealed class OwnIssuer(KeyRing keys, RevocationFeed revocations, IOptions<TokensOptions> options) : ITokenIssuer
{
    private readonly ConditionalWeakTable<SigningKey, VerificationKey> _keys = [];

    public IReadOnlyCollection<string> Names => [options.Value.Issuer];

    // RFC 9068 §4: the type keeps ID tokens and logout tokens, which the same keys may sign, from passing as access tokens.
    public TokenRejection? FindFault(TokenHeader header, JsonElement payload) => header.IsAccessToken ? null : TokenRejection.WrongType;

    public async ValueTask<VerificationKey?> FindKeyAsync(string kid, string name, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ring = await keys.GetAsync(cancellationToken);

        // A key that was just announced elsewhere; the ring sees to it that invented ids do not become a flood of reads.
        var key = ring.FindForVerification(kid, now) ?? (await keys.GetForUnknownKeyAsync(cancellationToken)).FindForVerification(kid, now);
        return key is null ? null : _keys.GetValue(key, CreateVerificationKey);
    }

    public async ValueTask<bool> HoldsAsync(VerificationKey key, DateTimeOffset now, CancellationToken cancellationToken) =>
        ReferenceEquals((await keys.GetAsync(cancellationToken)).FindForVerification(key.Kid, now), key.Origin);

    public Caller? ReadClaims(JsonElement payload, out DateTimeOffset notBefore)
    {
        if (AccessTokenClaims.Read(payload, out notBefore) is not { } caller)
        {
            return null;
        }

        // Revocations are kept for as long as a token lives now. One that was issued when tokens lived longer would outlive
        // its revocation.
        var lifetime = options.Value.AccessTokenLifetime;
        return caller.ExpiresAt - caller.IssuedAt > lifetime ? caller with { ExpiresAt = caller.IssuedAt + lifetime } : caller;
    }

    public ValueTask<bool> IsRevokedAsync(Caller caller, CancellationToken cancellationToken) => revocations.IsRevokedAsync(caller, cancellationToken);

    private VerificationKey CreateVerificationKey(SigningKey key) => new(this, key.Kid, key, new TokenValidationParameters
    {
        IssuerSigningKey = key.SecurityKey,
        TryAllIssuerSigningKeys = false,
        ValidAlgorithms = [key.Algorithm],
        ValidIssuer = options.Value.Issuer,
        // RFC 7519 §4.1.3, RFC 9068 §4: the very text. With and without a slash can be two APIs of one issuer.
        IgnoreTrailingSlashWhenValidatingAudience = false,
        ValidAudience = options.Value.Audience,

        // The life of a token is checked by the verifier, by the TimeProvider, for a remembered token in the same way as for a new one.
        ValidateLifetime = false,
    });
}

/// <summary>Stops the start when a trusted issuer has the name of this API's own issuer: its keys could sign own tokens.</summary>
internal sealed class OwnIssuerIsUnique(IConfiguration configuration) : IValidateOptions<ProtectionOptions>
{
    public ValidateOptionsResult Validate(string? name, ProtectionOptions options)
    {
        var own = configuration[$"{TokensOptions.Section}:{nameof(TokensOptions.Issuer)}"];
        var failures = options.TrustedIssuers.Index()
            .Where(issuer => issuer.Item.ExpandNames().Contains(own, StringComparer.Ordinal))
            .Select(static issuer => $"Protection:TrustedIssuers:{issuer.Index}:Issuer is Tokens:Issuer, the issuer of this API's own tokens. Each needs its own.")
            .ToArray();
        return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
