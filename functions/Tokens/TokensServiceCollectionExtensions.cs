using Gatehouse.Keys;
using Gatehouse.Protection;
using Gatehouse.Protection.DPoP;
using Gatehouse.Protection.Http;
using Gatehouse.Protection.Settings;
using Gatehouse.Revocation;
using Gatehouse.Tokens.Clients;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

internal static class TokensServiceCollectionExtensions
{
    /// <summary>Adds the issuing of tokens, to clients and to users who have signed in.</summary>
    public static IServiceCollection AddTokens(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(TokensOptions.Section);
        services.AddOptions<TokensOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TokensOptions>, TokensOptionsValidator>();
        services.AddSingleton(static provider => new KeyRetention(provider.GetRequiredService<IOptions<TokensOptions>>().Value.FindLongestLifetime() + TokenVerifier.ClockSkew));

        // A revoked token may be dated later than its revocation, and a token is accepted for one clock skew beyond its lifetime.
        services.AddSingleton(static provider => new RevocationRetention(
            provider.GetRequiredService<IOptions<TokensOptions>>().Value.FindLongestLifetime() + RevokedTokens.Tolerance + TokenVerifier.ClockSkew));
        services.PostConfigure<ProtectionOptions>(protection => Describe(protection, configuration, section));
        services.AddSingleton<IValidateOptions<ProtectionOptions>, OwnIssuerIsUnique>();
        services.AddOptions<ClientsOptions>()
            .Configure(options => configuration.GetSection(ClientsOptions.Section).Bind(options.Clients))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<ClientsOptions>, ClientsOptionsValidator>();
        services.AddSingleton<Audiences>();
        services.AddSingleton<ITokenIssuer, OwnIssuer>();
        services.AddSingleton<INonceSource, ProofNonces>();
        services.AddSingleton<IProblemMapper, TokenProblems>();
        services.AddSingleton<AccessTokenIssuer>();
        services.AddSingleton<RefreshTokens>();
        services.AddSingleton<UserSessions>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<TokenRevocation>();
        services.AddSingleton<TokenIntrospection>();
        services.AddSingleton<ClientKeyDownload>();
        services.AddSingleton<ClientAssertions>();
        services.AddSingleton<FederatedIdentities>();
        services.AddSingleton<StoredClients>();
        services.AddSingleton<ClientRegistry>();
        services.AddSingleton<ClientAuthentication>();
        services.AddSingleton<ClientAdministration>();
        services.AddSingleton<IProblemMapper, ClientProblems>();
        return services;
    }

    // Read from the configuration, because the validated options would report their own faults a second time, as
    // faults of Protection.
    private static void Describe(ProtectionOptions protection, IConfiguration configuration, IConfigurationSection tokens)
    {
        if (configuration[$"{ProtectionOptions.Section}:{nameof(protection.Realm)}"] is null && tokens[nameof(TokensOptions.Audience)] is { Length: > 0 } audience)
        {
            protection.Realm = audience;
        }

        if (protection.PublicUrl.Length == 0 && tokens[nameof(TokensOptions.Issuer)] is { } issuer && SafeAddress.IsBaseUrl(issuer))
        {
            protection.PublicUrl = issuer;
        }
    }
}
