using System.Runtime.CompilerServices;
using System.Text.Json;
using Gatehouse.Keys;
using Gatehouse.Protection;
using Gatehouse.Revocation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Tokens;

/// <summary>Gatehouse itself as an issuer: its tokens are verified with its signing keys, and can be revoked.</summary>
internal sealed class OwnIssuer(KeyRing keys, RevocationFeed revocations, IOptions<TokensOptions> options) : ITokenIssuer
{
    private readonly ConditionalWeakTable<SigningKey, VerificationKey> _keys = [];

    public IReadOnlyCollection<string> Names => [options.Value.Issuer];

    // RFC 9068 §4: the type keeps ID tokens and logout tokens, which the same keys may sign, from passing as access tokens.
    public TokenRejection? FindFault(TokenHeader header, JsonElement payload) => header.IsAccessToken ? null : TokenRejection.WrongType;

    public async ValueTask<VerificationKey?> FindKeyAsync(string kid, string name, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ring = await keys.GetAsync(cancellationToken);

        // Another instance may know a newer key. The ring limits reads, so that invented ids cause no flood.
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

        // Revocations are kept for the current lifetime of tokens. A token that was issued with a longer lifetime
        // would outlive its revocation.
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
        // RFC 7519 §4.1.3, RFC 9068 §4: the exact string. With and without a trailing slash can be two APIs of one issuer.
        IgnoreTrailingSlashWhenValidatingAudience = false,
        ValidAudience = options.Value.Audience,

        // The verifier checks it, on the TimeProvider, for remembered and for new tokens.
        ValidateLifetime = false,
    });
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
