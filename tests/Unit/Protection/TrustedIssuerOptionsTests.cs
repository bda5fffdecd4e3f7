using Gatehouse.Protection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Unit.Protection;

public sealed class TrustedIssuerOptionsTests
{
    private const string First = "Protection:TrustedIssuers:0:";
    private const string Tenant = "8c9d1f4e-0c2b-4f63-9d0c-6d2f5b1a7e30";

    [Fact]
    public void RequiredSettings_AreEnough()
    {
        var issuer = Assert.Single(Read().TrustedIssuers);

        Assert.Equal("https://tenant.eu.auth0.com/", issuer.FindIssuer());
        Assert.Equal("at+jwt", issuer.TokenTypes);
    }

    [Theory]
    [InlineData("http://localhost:8080/realms/one")]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://[::1]")]
    public void HttpOnLoopback_IsAccepted(string authority) => Read(("Authority", authority));

    [Theory]
    [InlineData("Authority", "", "absolute https URL")]
    [InlineData("Authority", "tenant.eu.auth0.com", "absolute https URL")]
    [InlineData("Authority", "http://tenant.eu.auth0.com/", "absolute https URL")]
    [InlineData("Authority", "http://localhost.attacker.example/", "absolute https URL")]
    [InlineData("Authority", "ftp://tenant.eu.auth0.com/", "absolute https URL")]
    [InlineData("Authority", "https://tenant.eu.auth0.com/?a=b", "absolute https URL")]
    [InlineData("Authority", "https://tenant.eu.auth0.com/#a", "absolute https URL")]
    [InlineData("Authority", "https://user:password@tenant.eu.auth0.com/", "absolute https URL")]
    [InlineData("Audience", " ", "the issuer's name for this API")]
    [InlineData("Scopes", "", "the most scopes")]
    [InlineData("Scopes", "*", "* is not accepted")]
    [InlineData("Scopes", "samples:read *", "* is not accepted")]
    [InlineData("Scopes", "samples:\"read", "the most scopes")]
    [InlineData("ScopeClaims", "", "- for none")]
    [InlineData("RoleClaims", " ", "- for none")]
    [InlineData("Algorithms", "", "RS256")]
    [InlineData("Algorithms", "none", "RS256")]
    [InlineData("Algorithms", "RS256 HS256", "shared secret are not accepted")]
    [InlineData("Algorithms", "rs256", "RS256")]
    [InlineData("TokenTypes", "", "types (typ) of access tokens")]
    [InlineData("TokenTypes", "at+jwt \"JWT\"", "types (typ) of access tokens")]
    [InlineData("AudienceClaim", "", "name of one claim")]
    [InlineData("AudienceClaim", "aud client_id", "name of one claim")]
    [InlineData("ClientClaims", " ", "names of claims")]
    [InlineData("MfaContexts", " ", "values of acr")]
    [InlineData("MfaContexts", "gold \"silver\"", "values of acr")]
    [InlineData("JwksUri", "https://tenant.eu.auth0.com/keys", "Authority must be empty")]
    [InlineData("Tenants", Tenant, "must be empty")]
    [InlineData("Issuer", "https://login.microsoftonline.com/{tenantid}/v2.0", "must list the ids")]
    [InlineData("Issuer", "https://api.example.com", "the issuer of this API's own tokens")]
    [InlineData("ClaimToScopes:0:Claim", "groups", "must have Claim, Value and Scopes")]
    public void InvalidValue_IsReported(string setting, string value, string reason)
    {
        var refusal = Assert.Throws<OptionsValidationException>(() => Read((setting, value)));

        Assert.Contains(First, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("organizations")]
    [InlineData("*")]
    [InlineData("8C9D1F4E-0C2B-4F63-9D0C-6D2F5B1A7E30")]
    [InlineData(Tenant + " common")]
    public void TenantThatIsNotAnId_IsReported(string tenants)
    {
        var refusal = Assert.Throws<OptionsValidationException>(() => Read(("Issuer", "https://login.microsoftonline.com/{tenantid}/v2.0"), ("Tenants", tenants)));

        Assert.Contains(First + "Tenants", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("JwksUri", "http://issuer.example/keys", "absolute https URL of a key set")]
    [InlineData("JwksUri", "keys", "absolute https URL of a key set")]
    [InlineData("Issuer", "", "no discovery document names it")]
    [InlineData("DocumentIssuer", "https://issuer.example", "must be empty, because JwksUri is set")]
    public void InvalidValueBesideAKeySetUrl_IsReported(string setting, string value, string reason)
    {
        (string, string)[] settings = [("Authority", ""), ("JwksUri", "https://issuer.example/keys?v=1"), ("Issuer", "kubernetes/serviceaccount"), (setting, value)];
        var refusal = Assert.Throws<OptionsValidationException>(() => Read(settings));

        Assert.Contains(First + setting, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KeySetUrlAndIssuer_WithoutAuthority_AreAccepted() =>
        Assert.Equal("kubernetes/serviceaccount", Read(("Authority", ""), ("JwksUri", "https://issuer.example/keys?v=1"), ("Issuer", "kubernetes/serviceaccount")).TrustedIssuers[0].FindIssuer());

    [Fact]
    public void ClaimWithScopesBeyondTheIssuers_IsReported()
    {
        var refusal = Assert.Throws<OptionsValidationException>(() => Read(
            ("ClaimToScopes:0:Claim", "groups"), ("ClaimToScopes:0:Value", "1"), ("ClaimToScopes:0:Scopes", "samples:write")));

        Assert.Contains(First + "ClaimToScopes:0:Scopes", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TwoIssuersWithOneName_AreReported()
    {
        var refusal = Assert.Throws<OptionsValidationException>(() => TrustedIssuerReader.Read(Settings()
            .Concat(Settings().Where(static setting => setting.Key.StartsWith(First, StringComparison.Ordinal)).Select(static setting => KeyValuePair.Create(setting.Key.Replace(":0:", ":1:", StringComparison.Ordinal), setting.Value)))));

        Assert.Contains("Protection:TrustedIssuers:1:Issuer", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OwnIssuerName_IsAccepted_WhenNoTokensAreIssued()
    {
        var settings = Settings().Append(KeyValuePair.Create<string, string?>("Tokens:Enabled", "false")).ToDictionary();
        settings[First + "Issuer"] = settings["Tokens:Issuer"];

        Assert.Single(TrustedIssuerReader.Read(settings).TrustedIssuers);
    }

    [Fact]
    public void MissingIssuer_WhenNoTokensAreIssued_IsReported()
    {
        var refusal = Assert.Throws<OptionsValidationException>(() => TrustedIssuerReader.Read([KeyValuePair.Create<string, string?>("Tokens:Enabled", "false")]));

        Assert.Contains("Protection:TrustedIssuers", refusal.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, string?> Settings() => new()
    {
        ["Tokens:Issuer"] = "https://api.example.com",
        [First + "Authority"] = "https://tenant.eu.auth0.com/",
        [First + "Audience"] = "https://api.example.com",
        [First + "Scopes"] = "samples:read",
    };

    private static ProtectionOptions Read(params (string Name, string Value)[] changes)
    {
        var settings = Settings();
        foreach (var (name, value) in changes)
        {
            settings[First + name] = value;
        }

        return TrustedIssuerReader.Read(settings);
    }
}
