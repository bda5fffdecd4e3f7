using System.Net;
using System.Text.Json;
using Gatehouse.Tests.Integration.DPoP;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Issuers;

namespace Gatehouse.Tests.Integration.Verifiers;

/// <summary>How a client that knows only the API's URL finds out whose tokens it accepts (RFC 9728).</summary>
public sealed class ProtectedResourceTests : IssuerTest
{
    private const string Path = "/.well-known/oauth-protected-resource";

    [Fact]
    public async Task RefusedRequest_NamesTheMetadata_AndTheseNameBothIssuers()
    {
        var host = await StartAsync();
        using var refused = await host.ReadSamplesAsync();

        var metadata = await ReadAsync(host, FindMetadata(refused));
        Assert.Equal(GatehouseHost.Issuer + Path, FindMetadata(refused));
        Assert.Equal(GatehouseHost.Issuer, metadata.GetProperty("resource").GetString());
        Assert.Equal([GatehouseHost.Issuer, Issuer.Name], Strings(metadata, "authorization_servers"));
        Assert.Equal(["header"], Strings(metadata, "bearer_methods_supported"));
        Assert.Equal(["ES256", "PS256", "RS256"], Strings(metadata, "dpop_signing_alg_values_supported"));
        Assert.False(metadata.TryGetProperty("dpop_bound_access_tokens_required", out _));
    }

    [Fact]
    public async Task EveryRefusal_NamesTheMetadata()
    {
        var host = await StartAsync();
        using var invalid = await host.ReadSamplesAsync("invalid");
        using var forbidden = await host.ReadSamplesAsync(Issuer.CreateToken(static claims => claims["scope"] = "openid"));
        using var signIn = await host.AuthenticateAsync("nobody");

        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        Assert.All([invalid, forbidden, signIn], static response => Assert.Equal(GatehouseHost.Issuer + Path, FindMetadata(response)));
    }

    [Fact]
    public async Task ApiThatOnlyVerifies_NamesTheTrustedIssuer_AndOnlyScopesAndProofsThatItUses()
    {
        var host = await StartDisabledAsync();
        using var refused = await host.ReadSamplesAsync();

        var own = host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);
        var metadata = await ReadAsync(host, FindMetadata(refused));
        Assert.Equal(own + Path, FindMetadata(refused));
        Assert.Equal(own, metadata.GetProperty("resource").GetString());
        Assert.Equal([Issuer.Name], Strings(metadata, "authorization_servers"));
        Assert.Contains("products:read", Strings(metadata, "scopes_supported"));
        Assert.DoesNotContain("users:read", Strings(metadata, "scopes_supported"));
        Assert.False(metadata.TryGetProperty("dpop_signing_alg_values_supported", out _));
    }

    [Fact]
    public async Task PublicUrl_IsTheResource_AndHoldsTheMetadata()
    {
        var host = await StartDisabledAsync(("Protection:PublicUrl", "https://bücher.example/shop/"), ("Protection:DPoP:RequiredForFunctions", "*"));
        using var refused = await host.ReadSamplesAsync();

        var metadata = await ReadAsync(host, Path);
        Assert.Equal("https://xn--bcher-kva.example/shop" + Path, FindMetadata(refused));
        Assert.Equal("https://xn--bcher-kva.example/shop", metadata.GetProperty("resource").GetString());
        Assert.True(metadata.GetProperty("dpop_bound_access_tokens_required").GetBoolean());
        Assert.NotEmpty(Strings(metadata, "dpop_signing_alg_values_supported"));
    }

    private Task<GatehouseHost> StartDisabledAsync(params (string Name, string Value)[] settings)
    {
        var all = Issuer.Settings();
        all["Tokens:Enabled"] = "false";
        all["Tokens:Issuer"] = "";
        all["Tokens:Audience"] = "";
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        return StartWithAsync(all);
    }

    private static string FindMetadata(HttpResponseMessage response)
    {
        var challenge = response.Headers.NonValidated["WWW-Authenticate"].ToString();
        var start = challenge.IndexOf("resource_metadata=\"", StringComparison.Ordinal) + "resource_metadata=\"".Length;
        return challenge[start..challenge.IndexOf('"', start)];
    }

    private static async Task<JsonElement> ReadAsync(GatehouseHost host, string url)
    {
        using var response = await host.GetAsync(new Uri(host.Client.BaseAddress!, url).AbsolutePath);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.ReadJsonAsync();
    }

    private static IEnumerable<string?> Strings(JsonElement document, string member) => document.GetProperty(member).EnumerateArray().Select(static item => item.GetString());
}
