using Gatehouse.Access;
using Gatehouse.Protection;
using Gatehouse.Protection.DPoP;
using Gatehouse.Protection.Http;
using Gatehouse.Protection.Settings;
using Gatehouse.RateLimits;
using Gatehouse.Revocation;
using Gatehouse.Tests.Unit.Conventions;
using Gatehouse.Tokens;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Unit.Protection.Settings;

/// <summary>A misspelt setting stops the start with the name that was meant.</summary>
public sealed class SettingNamesTests
{
    [Theory]
    [InlineData("Tokens:AccesTokenLifetime", "Tokens:AccesTokenLifetime is not a setting. Did you mean Tokens:AccessTokenLifetime?")]
    [InlineData("Tokens:IssuerUrl", "Tokens:IssuerUrl is not a setting. Tokens has: AccessTokenLifetime, Audience, Enabled, FurtherAudiences, Issuer, MaxAccessTokenLifetime, MaxSessions, RefreshReuseLeeway, RefreshTokenAbsoluteLifetime, RefreshTokenLifetime.")]
    [InlineData("Tokens:Issuer:0", "Tokens:Issuer:0 is not a setting. Tokens:Issuer is a single value.")]
    [InlineData("RateLimits:Defualt:PermitLimit", "RateLimits:Defualt is not a setting. Did you mean RateLimits:Default?")]
    [InlineData("RateLimits:Default", "RateLimits:Default is not a setting. It has: PermitLimit, Window.")]
    [InlineData("Clients:0", "Clients:0 is not a setting. It has: AccessTokenLifetime, Federated, Id, Jwks, JwksUri, RequireDPoP, Scopes, SecretName.")]
    [InlineData("RateLimits:Default:PermitLimits", "RateLimits:Default:PermitLimits is not a setting. Did you mean RateLimits:Default:PermitLimit?")]
    [InlineData("RateLimits:Routes:Token:Windw", "RateLimits:Routes:Token:Windw is not a setting. Did you mean RateLimits:Routes:Token:Window?")]
    [InlineData("Clients:0:SecretNam", "Clients:0:SecretNam is not a setting. Did you mean Clients:0:SecretName?")]
    [InlineData("Protection:DPop:RequireNonces", "Protection:DPoP:RequireNonces is not a setting. Did you mean Protection:DPoP:RequireNonce?")]
    [InlineData("Protection:DPoPs:RequireNonce", "Protection:DPoPs is not a setting. Did you mean Protection:DPoP?")]
    [InlineData("Protection:TrustedIssuers:0:ClaimToScopes:0:Claims", "Protection:TrustedIssuers:0:ClaimToScopes:0:Claims is not a setting. Did you mean Protection:TrustedIssuers:0:ClaimToScopes:0:Claim?")]
    [InlineData("Protection:TrustedIsuers:0:Authority", "Protection:TrustedIsuers is not a setting. Did you mean Protection:TrustedIssuers?")]
    [InlineData("Token:Issuer", "Token:Issuer is not a setting. Did you mean Tokens:Issuer?")]
    [InlineData("RateLimit:Default:Window", "RateLimit:Default is not a setting. Did you mean RateLimits:Default?")]
    [InlineData("Client:0:Id", "Client:0 is not a setting. Did you mean Clients:0?")]
    public void MisspeltName_IsNamedWithTheNearest(string setting, string expected) => Assert.Equal([expected], Validate((setting, "x")));

    [Theory]
    [InlineData("Tokens:AccessTokenLifetime", "24:00:00", "Tokens:AccessTokenLifetime would be 24 days. Write 1.00:00:00 for a day, 01:00:00 for an hour, 24.00:00:00 for 24 days.")]
    [InlineData("Protection:TrustedIssuers:0:MaxLifetime", "1", "Protection:TrustedIssuers:0:MaxLifetime would be 1 days. Write 1.00:00:00 for a day, 01:00:00 for an hour, 1.00:00:00 for 1 days.")]
    [InlineData("RateLimits:Default:Window", "60:00", null)]
    public void TimeSpan_ThatMeansDaysWithoutNamingThem_IsExplained(string setting, string value, string? expected) =>
        Assert.Equal(expected is null ? [] : [expected], Validate((setting, value)));

    [Fact]
    public void SeveralMisspeltNames_AreAllNamed() => Assert.Equal(2, Validate(("Tokens:Isuer", "x"), ("Http:ProxyInFront", "1")).Count());

    [Theory]
    [InlineData("tokens:ISSUER")]
    [InlineData("RateLimits:Routes:AnyFunction:PermitLimit")]
    [InlineData("Authorization:Roles:any role")]
    [InlineData("Clients:any-name:Id")]
    [InlineData("Protection:AllowedOrigins")]
    [InlineData("Protection:DPoP:RequireNonce")]
    public void KnownName_Passes(string setting) => Assert.Empty(Validate((setting, "x")));

    [Theory]
    [InlineData("TOKEN")]
    [InlineData("KEYS")]
    [InlineData("Http")]
    [InlineData("Host:LocalHttpPort")]
    [InlineData("Https:Port")]
    [InlineData("Client:Name")]
    [InlineData("Logging:LogLevel:Default")]
    [InlineData("AzureWebJobsStorage:accountName")]
    [InlineData("Kestrel:Endpoints:Http:Url")]
    [InlineData("npm_config:cache")]
    public void NameOfThePlatformOrOfAnotherProgram_Passes(string setting) => Assert.Empty(Validate((setting, "x")));

    [Fact]
    public void EveryDocumentedName_Passes()
    {
        // Some documented names stand for the settings below them.
        var names = ConfigurationDocument.Settings.Select(static setting => setting.Name).ToArray();
        var settings = names
            .Where(name => !names.Any(other => other.StartsWith(name + ':', StringComparison.Ordinal)))
            .Select(static name => (name.Replace("<name>", "any", StringComparison.Ordinal), "x"))
            .ToArray();

        Assert.Empty(Validate(settings));
    }

    private static IEnumerable<string> Validate(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create<string, string?>(setting.Name, setting.Value)))
            .Build();
        var services = new ServiceCollection();
        services.AddOptions<TokensOptions>().BindConfiguration(TokensOptions.Section);
        services.AddOptions<RateLimitsOptions>().BindConfiguration(RateLimitsOptions.Section);
        services.AddOptions<ClientsOptions>().Configure(static _ => { });
        services.AddOptions<ProtectionOptions>().BindConfiguration(ProtectionOptions.Section);
        services.AddOptions<DPoPOptions>().BindConfiguration(DPoPOptions.Section);
        services.AddOptions<HttpOptions>().BindConfiguration(HttpOptions.Section);
        services.AddOptions<AuthorizationOptions>().BindConfiguration(AuthorizationOptions.Section);
        services.AddOptions<RevocationOptions>().BindConfiguration(RevocationOptions.Section);
        return new SettingNames(services, configuration).Validate(null, new SettingNames.Check()).Failures ?? [];
    }
}
