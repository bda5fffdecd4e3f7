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

    public static TheoryData<string> Names() => [.. ProviderTokens.All.Keys];

    [Fact]
    public void EveryPreset_IsTested()
    {
        Assert.Equal(ProviderTokens.All.Keys.Append("Without own tokens"), ReadPresets().Select(static preset => preset.Name));
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
        var provider = CreateProvider(settings);
        var host = await StartWithAsync(settings);
        var (type, accessToken, idToken) = ProviderTokens.All[name];

        await AssertStatusAsync(host, CreateToken(provider, type, accessToken), HttpStatusCode.OK, path: ProductsPath);
        using var refused = await host.GetAsync(ProductsPath, CreateToken(provider, type == "at+jwt" ? "JWT" : type, idToken));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Theory]
    [InlineData("Auth0", "permissions", "[]")]
    [InlineData("One tenant, version 2", "roles", "[]")]
    [InlineData("Keycloak", "realm_access", "{\"roles\":[\"offline_access\"]}")]
    [InlineData("Google", "sub", "\"998877665544332211001\"")]
    [InlineData("Azure AD B2C", "scp", "\"other\"")]
    [InlineData("Amazon Cognito", "scope", "\"openid\"")]
    [InlineData("GitHub Actions", "sub", "\"repo:another-org/your-repo:ref:refs/heads/main\"")]
    [InlineData("GitHub Actions", "sub", "\"repo:your-org/your-repo:pull_request\"")]
    [InlineData("Kubernetes", "sub", "\"system:serviceaccount:shop:default\"")]
    public async Task Preset_CallerWithoutGrants_IsForbidden(string name, string claim, string value)
    {
        var settings = SettingsOf(name);
        var provider = CreateProvider(settings);
        var host = await StartWithAsync(settings);
        var claims = JsonNode.Parse(ProviderTokens.All[name].AccessToken)!.AsObject();
        claims[claim] = JsonNode.Parse(value);

        await AssertStatusAsync(host, CreateToken(provider, ProviderTokens.All[name].Type, claims.ToJsonString()), HttpStatusCode.Forbidden, path: ProductsPath);
    }

    [Fact]
    public async Task TokenOfAManagedIdentity_WithItsLongLife_IsAccepted()
    {
        var settings = SettingsOf("Applications alone");
        var provider = CreateProvider(settings);
        var host = await StartWithAsync(settings);
        var claims = JsonNode.Parse(ProviderTokens.All["Applications alone"].AccessToken)!.AsObject();
        claims["exp"] = Time.GetUtcNow().AddHours(24).AddMinutes(5).ToUnixTimeSeconds();

        await AssertStatusAsync(host, CreateToken(provider, "JWT", claims.ToJsonString()), HttpStatusCode.OK, path: ProductsPath);
    }

    private StandInIssuer CreateProvider(Dictionary<string, string?> settings)
    {
        var provider = new StandInIssuer(Network, Time, settings["Protection:TrustedIssuers:0:Authority"]!, settings.GetValueOrDefault("Protection:TrustedIssuers:0:Issuer"));
        if (settings.GetValueOrDefault("Protection:TrustedIssuers:0:DocumentIssuer") is { } documentIssuer)
        {
            provider.Discovery["issuer"] = documentIssuer;
        }

        return provider;
    }

    private static string CreateToken(StandInIssuer provider, string? type, string claims) => provider.CreateToken(
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
        changeHeader: header =>
        {
            header.Remove("typ");
            if (type is not null)
            {
                header["typ"] = type;
            }
        });

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
