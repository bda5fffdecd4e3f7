using System.Text.Json;
using Gatehouse.Protection.Caching;
using Gatehouse.Protection.Json;
using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Protection.Issuers;

/// <summary>
/// An OpenID provider whose access tokens are accepted. Its keys are read from where its discovery document says, when
/// requests come by; while it is away the last ones serve on.
/// </summary>
internal sealed class TrustedIssuer : ITokenIssuer
{
    /// <summary>How often at most an unknown key id makes it look again. Entra's own advice to whoever verifies its tokens.</summary>
    public static readonly TimeSpan UnknownKeyInterval = TimeSpan.FromMinutes(5);

    private readonly TrustedIssuerOptions _options;
    private readonly GrantedScopes _grants;
    private readonly string _name;
    private readonly bool _isForTenants;
    private readonly IssuerDocuments _documents;
    private readonly ILogger<TrustedIssuer> _logger;
    private readonly RequestDrivenCache<IssuerKeys> _keys;

    public TrustedIssuer(TrustedIssuerOptions options, IRoleScopes roles, HttpClient client, TimeProvider time, ILogger<TrustedIssuer> logger)
    {
        _options = options;
        _name = options.FindIssuer();
        _logger = logger;
        _grants = new GrantedScopes(options, roles);
        _documents = new IssuerDocuments(client, new Uri(options.Authority));
        _keys = new RequestDrivenCache<IssuerKeys>(
            LoadAsync,
            new RequestDrivenCacheOptions
            {
                // A key that its owner has taken back is out after an hour, or with the next unknown one.
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
        { IsAccessToken: true } => null,
        { Type: var type } when !_options.AcceptJwtType || !type.Equals("JWT", StringComparison.OrdinalIgnoreCase) => TokenRejection.WrongType,
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

    // Only the tokens that Gatehouse issued can be revoked here. That another issuer's sid, jti or sub reads like one of
    // ours means nothing.
    public ValueTask<bool> IsRevokedAsync(Caller caller, CancellationToken cancellationToken) => ValueTask.FromResult(false);

    /// <summary>Whether its keys were ever read. Tries to, when they were not.</summary>
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
            // Whatever was wrong with it: there has never been a key, so there is no saying whether the token is good.
            throw new KeysUnavailableException($"The keys of the issuer {_name} were never read, and can't be read now.", exception);
        }
    }

    private async Task<IssuerKeys> LoadAsync(IssuerKeys? known, CancellationToken cancellationToken)
    {
        var address = _options.Authority.TrimEnd('/') + "/.well-known/openid-configuration";
        var published = await OpenIdConnectConfigurationRetriever.GetAsync(address, _documents, cancellationToken);

        // OpenID Connect Discovery §4.3: who could answer for another issuer could sign for it.
        if (published.Issuer != _name)
        {
            throw new InvalidDataException($"{address} says that its issuer is '{published.Issuer}', but '{_name}' is configured. Set Issuer, or Authority, to exactly what the document says.");
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
        // Nothing but the numbers: a certificate beside them (x5c) would be a second key under the same id.
        IssuerSigningKey = new JsonWebKey { Kty = published.Kty, Kid = published.Kid, N = published.N, E = published.E, Crv = published.Crv, X = published.X, Y = published.Y },
        TryAllIssuerSigningKeys = false,
        ValidAlgorithms = algorithms,
        ValidIssuers = Names,
        // RFC 7519 §4.1.3, RFC 9068 §4: the very text. With and without a slash can be two APIs of one issuer.
        IgnoreTrailingSlashWhenValidatingAudience = false,
        ValidAudiences = SettingList.Split(_options.Audience),

        // As for own tokens: checked by the verifier, by the TimeProvider.
        ValidateLifetime = false,
    });

    // Entra's tid: the tenant that the issuer names, or something is very wrong.
    private bool IsOfOneTenant(JsonElement payload, Caller caller) =>
        !_isForTenants || (payload.TryGetString("tid", out var tenant) && caller.TrustedIssuer!.Contains(tenant, StringComparison.Ordinal));

    // Entra publishes the keys of all tenants in one set, and says at each of them whose tokens it signs.
    private bool IsFor(string name, JsonWebKey key) =>
        !_isForTenants
        || !key.AdditionalData.TryGetValue("issuer", out var issuer)
        || issuer is not string text
        || text.Contains(TrustedIssuerOptions.TenantPlaceholder, StringComparison.Ordinal)
        || text == name;
}
