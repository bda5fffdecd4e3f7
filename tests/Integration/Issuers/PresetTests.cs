using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gatehouse.Protection.Issuers;

namespace Gatehouse.Tests.Integration.Issuers;

/// <summary>Holds docs/issuers.md to the code: Gatehouse starts with each preset, and takes a token as that provider writes it.</summary>
public sealed partial class PresetTests : IssuerTest
{
    // The scopes and roles of the presets are those of the products.
    private const string ProductsPath = "/api/products";

    private const string Tenant = "8c9d1f4e-0c2b-4f63-9d0c-6d2f5b1a7e30";
    private const string OtherTenant = "1b5c7a52-4f1e-4c8e-8a55-2d1f3e4b6c7d";
    private const string Api = "f2a6c1d0-5b7e-4d39-8e12-7c4b9a0d6e55";

    // What the providers' own documentation shows, less what nobody reads here.
    private static readonly Dictionary<string, (string Type, string AccessToken, string IdToken)> Providers = new()
    {
        ["Auth0"] = (
            "at+jwt",
            """{"iss":"https://your-tenant.eu.auth0.com/","sub":"auth0|5f7c","aud":["https://api.example.com","https://your-tenant.eu.auth0.com/userinfo"],"client_id":"my-app","jti":"1","scope":"openid profile products:write","permissions":["products:read"]}""",
            """{"iss":"https://your-tenant.eu.auth0.com/","sub":"auth0|5f7c","aud":"my-app","nickname":"ada","nonce":"n"}"""),
        ["One tenant, version 2"] = (
            "JWT",
            $$"""{"iss":"https://login.microsoftonline.com/{{Tenant}}/v2.0","sub":"AAAA","aud":"{{Api}}","azp":"a-client","azpacr":"1","oid":"o","roles":["viewer"],"scp":"access","tid":"{{Tenant}}","uti":"u","ver":"2.0"}""",
            $$"""{"iss":"https://login.microsoftonline.com/{{Tenant}}/v2.0","sub":"AAAA","aud":"{{Api}}","oid":"o","roles":["viewer"],"tid":"{{Tenant}}","ver":"2.0"}"""),
        ["One tenant, version 1"] = (
            "JWT",
            $$"""{"iss":"https://sts.windows.net/{{Tenant}}/","sub":"AAAA","aud":"api://{{Api}}","appid":"a-client","appidacr":"1","roles":["editor"],"tid":"{{Tenant}}","uti":"u","ver":"1.0"}""",
            $$"""{"iss":"https://sts.windows.net/{{Tenant}}/","sub":"AAAA","aud":"a-client","roles":["editor"],"tid":"{{Tenant}}","ver":"1.0"}"""),
        ["Several tenants"] = (
            "JWT",
            $$"""{"iss":"https://login.microsoftonline.com/{{OtherTenant}}/v2.0","sub":"AAAA","aud":"{{Api}}","azp":"a-client","roles":["viewer"],"tid":"{{OtherTenant}}","ver":"2.0"}""",
            $$"""{"iss":"https://login.microsoftonline.com/{{OtherTenant}}/v2.0","sub":"AAAA","aud":"{{Api}}","roles":["viewer"],"tid":"{{OtherTenant}}","ver":"2.0"}"""),
        ["Keycloak"] = (
            "JWT",
            """{"iss":"https://keycloak.example.com/realms/products","sub":"b1","aud":["https://api.example.com","account"],"typ":"Bearer","azp":"my-app","sid":"s","jti":"1","realm_access":{"roles":["offline_access","viewer"]},"resource_access":{"account":{"roles":["view-profile"]}},"scope":"openid profile"}""",
            """{"iss":"https://keycloak.example.com/realms/products","sub":"b1","aud":["my-app","https://api.example.com"],"typ":"ID","azp":"my-app","sid":"s","jti":"1","realm_access":{"roles":["viewer"]}}"""),
        ["Google"] = (
            "JWT",
            """{"iss":"https://accounts.google.com","sub":"112233445566778899001","aud":"https://api.example.com","azp":"112233445566778899001","email":"robot@project.iam.gserviceaccount.com","email_verified":true}""",
            """{"iss":"https://accounts.google.com","sub":"112233445566778899001","aud":"my-app.apps.googleusercontent.com","azp":"my-app.apps.googleusercontent.com","at_hash":"h"}"""),
    };

    public static TheoryData<string> Names() => [.. Providers.Keys];

    [Fact]
    public void EveryPreset_IsTested()
    {
        Assert.Equal(Providers.Keys.Append("Without own tokens"), ReadPresets().Select(static preset => preset.Name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Preset_NamesOnlyExistingSettings(string name)
    {
        var known = typeof(TrustedIssuerOptions).GetProperties().Concat(typeof(ClaimToScopesOptions).GetProperties()).Select(static property => property.Name);

        Assert.All(
            SettingsOf(name).Keys.SelectMany(static key => key["Protection:TrustedIssuers:0:".Length..].Split(':')).Where(static part => part != "0"),
            part => Assert.Contains(part, known));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Preset_TakesTheProvidersAccessToken_AndNotItsIdToken(string name)
    {
        var settings = SettingsOf(name);
        var authority = settings["Protection:TrustedIssuers:0:Authority"]!;
        var provider = new StandInIssuer(Network, Time, authority, settings.GetValueOrDefault("Protection:TrustedIssuers:0:Issuer"));
        var host = await StartWithAsync(settings);
        var (type, accessToken, idToken) = Providers[name];

        await AssertStatusAsync(host, CreateToken(provider, type, accessToken), HttpStatusCode.OK, path: ProductsPath);
        using var refused = await host.GetAsync(ProductsPath, CreateToken(provider, "JWT", idToken));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Theory]
    [InlineData("Auth0", "permissions", "[]")]
    [InlineData("One tenant, version 2", "roles", "[]")]
    [InlineData("Keycloak", "realm_access", "{\"roles\":[\"offline_access\"]}")]
    [InlineData("Google", "sub", "\"998877665544332211001\"")]
    public async Task Preset_CallerWithoutGrants_IsForbidden(string name, string claim, string value)
    {
        var settings = SettingsOf(name);
        var provider = new StandInIssuer(Network, Time, settings["Protection:TrustedIssuers:0:Authority"]!);
        var host = await StartWithAsync(settings);
        var claims = JsonNode.Parse(Providers[name].AccessToken)!.AsObject();
        claims[claim] = JsonNode.Parse(value);

        await AssertStatusAsync(host, CreateToken(provider, Providers[name].Type, claims.ToJsonString()), HttpStatusCode.Forbidden, path: ProductsPath);
    }

    private static string CreateToken(StandInIssuer provider, string type, string claims) => provider.CreateToken(
        template =>
        {
            foreach (var name in new[] { "iss", "sub", "aud", "client_id", "scope" })
            {
                template.Remove(name);
            }

            foreach (var (name, value) in JsonNode.Parse(claims)!.AsObject())
            {
                template[name] = value?.DeepClone();
            }
        },
        changeHeader: header => header["typ"] = type);

    private static Dictionary<string, string?> SettingsOf(string name) => ReadPresets().Single(preset => preset.Name == name).Settings;

    private static IEnumerable<(string Name, Dictionary<string, string?> Settings)> ReadPresets()
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "issuers.md"));
        foreach (Match block in Block().Matches(text))
        {
            var name = Heading().Matches(text[..block.Index])[^1].Groups[1].Value;
            var settings = JsonSerializer.Deserialize<Dictionary<string, string?>>(block.Groups[1].Value)!;
            yield return (name, settings.ToDictionary(static setting => setting.Key.Replace("__", ":", StringComparison.Ordinal), static setting => setting.Value));
        }
    }

    [GeneratedRegex("^```json\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
