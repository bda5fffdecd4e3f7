using System.Text.Json;
using Gatehouse.Protection.Caching;
using Gatehouse.Protection.Json;
using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Protection.Issuers;

/// <summary>
/// An OpenID provider whose access tokens are accepted. Requests drive the reading of its keys from the URL in its
/// discovery document. While the provider is unavailable, the last keys stay in use.
/// </summary>
internal sealed class TrustedIssuer : ITokenIssuer
{
    /// <summary>The least time between two reads for unknown key ids, as Entra advises those who verify its tokens.</summary>
    public static readonly TimeSpan UnknownKeyInterval = TimeSpan.FromMinutes(5);

    private readonly TrustedIssuerOptions _options;
    private readonly GrantedScopes _grants;
    private readonly string _name;
    private readonly bool _isForTenants;
    private readonly TimeProvider _time;
    private readonly IssuerDocuments _documents;
    private readonly ILogger<TrustedIssuer> _logger;
    private readonly RequestDrivenCache<IssuerKeys> _keys;

    public TrustedIssuer(TrustedIssuerOptions options, IRoleScopes roles, HttpClient client, TimeProvider time, ILogger<TrustedIssuer> logger)
    {
        _options = options;
        _time = time;
        _name = options.FindIssuer();
        _logger = logger;
        _grants = new GrantedScopes(options, roles);
        _documents = new IssuerDocuments(client, new Uri(options.Authority));
        _keys = new RequestDrivenCache<IssuerKeys>(
            LoadAsync,
            new RequestDrivenCacheOptions
            {
                // A withdrawn key is dropped after an hour, or with the read for the next unknown key.
                RefreshAfter = TimeSpan.FromHours(1),
                WaitAfter = TimeSpan.FromHours(24),
                RetryAfterFailure = TimeSpan.FromSeconds(30),
                RetryInBackgroundFor = TimeSpan.FromHours(24),
                LoadTimeout = TimeSpan.FromSeconds(10),
                OnFailure = exception => logger.IssuerNotRead(exception, _name),
            },
            time);
        Names = [.. options.ExpandNames()];
        _isForTenants = options.IsForTenants();
    }

    public IReadOnlyCollection<string> Names { get; }

    public TokenRejection? FindFault(TokenHeader header, JsonElement payload) => header switch
    {
        _ when LivesTooLong(payload) => TokenRejection.LivesTooLong,
        { IsAccessToken: true } => null,
        { Type: var type } when !_options.AcceptJwtType || !TokenHeader.IsType(type, "JWT") => TokenRejection.WrongType,
        _ => IdTokenSigns.Shows(payload) ? TokenRejection.IdToken : null,
    };
    public async ValueTask<VerificationKey?> FindKeyAsync(string kid, string name, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var key = (await GetKeysAsync(cancellationToken)).Find(kid) ?? (await RefreshKeysAsync(cancellationToken)).Find(kid);
        return key is not null && IsFor(name, (JsonWebKey)key.Origin) ? key : null;
    }

    public async ValueTask<bool> HoldsAsync(VerificationKey key, DateTimeOffset now, CancellationToken cancellationToken) =>
        ReferenceEquals((await GetKeysAsync(cancellationToken)).Find(key.Kid), key);

    public Caller? ReadClaims(JsonElement payload, out DateTimeOffset notBefore)
    {
        var caller = TrustedTokenClaims.Read(payload, _grants, out notBefore);
        return caller is not null && IsOfOneTenant(payload, caller) ? caller : null;
    }

    // Gatehouse can revoke only its own tokens. An equal sid, jti or sub of another issuer is a coincidence.
    public ValueTask<bool> IsRevokedAsync(Caller caller, CancellationToken cancellationToken) => ValueTask.FromResult(false);

    /// <summary>Whether the keys were ever read. Tries to read them if not.</summary>
    public async ValueTask<bool> IsKnownAsync(CancellationToken cancellationToken)
    {
        try
        {
            await GetKeysAsync(cancellationToken);
            return true;
        }
        catch (KeysUnavailableException)
        {
            return false;
        }
    }

    private ValueTask<IssuerKeys> GetKeysAsync(CancellationToken cancellationToken) =>
        _keys.TryGet(out var keys) ? new ValueTask<IssuerKeys>(keys) : WaitAsync(_keys.GetAsync(cancellationToken), cancellationToken);

    private ValueTask<IssuerKeys> RefreshKeysAsync(CancellationToken cancellationToken) =>
        WaitAsync(_keys.RefreshAsync(UnknownKeyInterval, cancellationToken), cancellationToken);

    private async ValueTask<IssuerKeys> WaitAsync(ValueTask<IssuerKeys> reading, CancellationToken cancellationToken)
    {
        try
        {
            return await reading;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Any failure: without a key the token can be neither accepted nor rejected.
            throw new KeysUnavailableException($"The keys of the issuer {_name} have never been read and can't be read now. Check the issuer's Authority and the network.", exception);
        }
    }

    private async Task<IssuerKeys> LoadAsync(IssuerKeys? known, CancellationToken cancellationToken)
    {
        var address = _options.Authority.TrimEnd('/') + "/.well-known/openid-configuration";
        var published = await OpenIdConnectConfigurationRetriever.GetAsync(address, _documents, cancellationToken);

        // OpenID Connect Discovery §4.3: an attacker who could answer for another issuer could sign for it.
        if (published.Issuer != _name)
        {
            throw new InvalidDataException($"{address} names the issuer '{published.Issuer}', but '{_name}' is configured. Set Issuer or Authority to exactly the name in the document.");
        }

        var algorithms = SettingList.Split(_options.Algorithms);
        var keys = new IssuerKeys((published.JsonWebKeySet?.Keys ?? [])
            .Where(key => !string.IsNullOrEmpty(key.Kid) && SignatureAlgorithms.Of(key).Any(algorithms.Contains))
            .DistinctBy(static key => key.Kid, StringComparer.Ordinal)
            .Select(key => known?.FindSame(key) ?? CreateKey(key, [.. SignatureAlgorithms.Of(key).Where(algorithms.Contains)])));
        if (keys.Count == 0)
        {
            throw new InvalidDataException($"{published.JwksUri} has no key with an id (kid) for one of the algorithms {_options.Algorithms}.");
        }

        _logger.IssuerRead(_name, keys.Count);
        return keys;
    }

    private VerificationKey CreateKey(JsonWebKey published, string[] algorithms) => new(this, published.Kid, published, new TokenValidationParameters
    {
        // Only the numbers: a certificate beside them (x5c) would be a second key with the same id.
        IssuerSigningKey = new JsonWebKey { Kty = published.Kty, Kid = published.Kid, N = published.N, E = published.E, Crv = published.Crv, X = published.X, Y = published.Y },
        TryAllIssuerSigningKeys = false,
        ValidAlgorithms = algorithms,
        ValidIssuers = Names,
        // RFC 7519 §4.1.3, RFC 9068 §4: the exact string. With and without a trailing slash can be two APIs of one issuer.
        IgnoreTrailingSlashWhenValidatingAudience = false,
        ValidAudiences = SettingList.Split(_options.Audience),

        // The verifier checks it, on the TimeProvider, as for own tokens.
        ValidateLifetime = false,
    });

    // A token with an iat in the future would live longer than from iat to exp. ReadClaims refuses claims that are no times.
    private bool LivesTooLong(JsonElement payload) =>
        AccessTokenClaims.TryGetTime(payload, "exp", out var expiresAt)
        && AccessTokenClaims.TryGetTime(payload, "iat", out var issuedAt)
        && (expiresAt - issuedAt > _options.MaxLifetime || expiresAt - _time.GetUtcNow() > _options.MaxLifetime + TokenVerifier.ClockSkew);

    // Entra's tid must be the tenant that the issuer names.
    private bool IsOfOneTenant(JsonElement payload, Caller caller) =>
        !_isForTenants || (payload.TryGetString("tid", out var tenant) && caller.TrustedIssuer!.Contains(tenant, StringComparison.Ordinal));

    // Entra publishes the keys of all tenants in one set, and names at each key the issuer whose tokens it signs.
    private bool IsFor(string name, JsonWebKey key) =>
        !_isForTenants
        || !key.AdditionalData.TryGetValue("issuer", out var issuer)
        || issuer is not string text
        || text.Contains(TrustedIssuerOptions.TenantPlaceholder, StringComparison.Ordinal)
        || text == name;
}
