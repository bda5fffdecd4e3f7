using System.Collections.Frozen;
using System.Text.Json;
using Gatehouse.Protection.Json;
using Gatehouse.Protection.Settings;

namespace Gatehouse.Protection.Issuers;

/// <summary>An OpenID provider whose access tokens are accepted.</summary>
internal sealed class TrustedIssuer(TrustedIssuerOptions options, IRoleScopes roles, IssuerKeySource keys, TimeProvider time) : ITokenIssuer
{
    private readonly TrustedTokenClaims _claims = new(options, new GrantedScopes(options, roles));
    private readonly bool _isForTenants = options.IsForTenants();
    private readonly FrozenSet<string> _audiences = SettingList.Split(options.Audience).ToFrozenSet(StringComparer.Ordinal);

    // RFC 7515 §4.1.9: application/ may be left out.
    private readonly string[] _types = [.. SettingList.Split(options.TokenTypes).Select(static type => type.StartsWith("application/", StringComparison.OrdinalIgnoreCase) ? type["application/".Length..] : type)];

    public IReadOnlyCollection<string> Names { get; } = [.. options.ExpandNames()];

    public IReadOnlyCollection<string> MfaContexts { get; } = SettingList.Split(options.MfaContexts);

    // Entra lists up to 200 groups in a token, which is then longer than those of this API.
    public int MaxTokenLength => 16 * 1024;

    // Providers nest claims that Gatehouse does not read.
    public int MaxPayloadDepth => 64;

    public TokenRejection? FindFault(TokenHeader header, JsonElement payload) =>
        LivesTooLong(payload) ? TokenRejection.LivesTooLong
        : !_types.Any(type => type == TrustedIssuerOptions.NoType ? header.Type is null : TokenHeader.IsType(header.Type, type)) ? TokenRejection.WrongTypeOfIssuer
        : IsAccessTokenByType(header) || !IdTokenSigns.Show(payload, _claims.FindClient(payload)) ? null
        : TokenRejection.IdToken;

    public async ValueTask<VerificationKey?> FindKeyAsync(TokenHeader header, string name, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var key = await keys.FindAsync(header.Kid, header.Algorithm, cancellationToken);
        return key is not null && IsFor(name, (PublishedKey)key.Origin) ? key : null;
    }

    public async ValueTask<bool> HoldsAsync(VerificationKey key, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await keys.GetAsync(cancellationToken)).Contains(key);

    // RFC 7519 §4.1.3, RFC 9068 §4: the exact string. With and without a trailing slash can be two APIs of one issuer.
    public bool IsForThisApi(JsonElement payload) => ClaimValues.Find(payload, options.AudienceClaim) switch
    {
        { ValueKind: JsonValueKind.String } text => text.AsString() is { } audience && _audiences.Contains(audience),
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().Any(item => item.AsString() is { } audience && _audiences.Contains(audience)),
        _ => false,
    };

    public Caller? ReadClaims(JsonElement payload, out DateTimeOffset notBefore) =>
        _claims.Read(payload, out notBefore) is { } caller && IsOfOneTenant(payload, caller) ? caller : null;

    // Gatehouse can revoke only its own tokens. An equal sid, jti or sub of another issuer is a coincidence.
    public ValueTask<bool> IsRevokedAsync(Caller caller, CancellationToken cancellationToken) => ValueTask.FromResult(false);

    /// <summary>Whether the keys were ever read. Tries to read them if not.</summary>
    public async ValueTask<bool> IsKnownAsync(CancellationToken cancellationToken)
    {
        try
        {
            await keys.GetAsync(cancellationToken);
            return true;
        }
        catch (KeysUnavailableException)
        {
            return false;
        }
    }

    // RFC 9068's type, and Okta's application/okta-internal-at+jwt. ID tokens have no type, or JWT.
    private static bool IsAccessTokenByType(TokenHeader header) => header.IsAccessToken || header.Type?.EndsWith("-at+jwt", StringComparison.OrdinalIgnoreCase) == true;

    // A token with an iat in the future would live longer than from iat to exp. ReadClaims refuses a token without a valid exp.
    private bool LivesTooLong(JsonElement payload) =>
        TrustedTokenClaims.FindTime(payload, "exp") is { } expiresAt
        && (expiresAt - time.GetUtcNow() > options.MaxLifetime + TokenVerifier.ClockSkew
            || (TrustedTokenClaims.FindTime(payload, "iat") is { } issuedAt && expiresAt - issuedAt > options.MaxLifetime));

    // Entra's tid must be the tenant that the issuer names.
    private bool IsOfOneTenant(JsonElement payload, Caller caller) =>
        !_isForTenants || (payload.TryGetString("tid", out var tenant) && caller.TrustedIssuer!.Contains(tenant, StringComparison.Ordinal));

    // Entra publishes the keys of all tenants in one set, and names at each key the issuer whose tokens it signs.
    private bool IsFor(string name, PublishedKey key) =>
        !_isForTenants
        || key.Issuer is null
        || key.Issuer.Contains(TrustedIssuerOptions.TenantPlaceholder, StringComparison.Ordinal)
        || key.Issuer == name;
}
