using System.Net;
using System.Text.Json;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Verifiers;

/// <summary>The documents by which clients and verifiers find the parts of the authorization server (RFC 8414).</summary>
public sealed class DiscoveryTests(SharedHost shared) : GatehouseTest(shared), IClassFixture<SharedHost>
{
    [Theory]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/oauth-authorization-server")]
    public async Task Document_NamesTheIssuerAndItsKeys_AndNothingOfIdTokens(string path)
    {
        var document = await ReadAsync(path);

        Assert.Equal(GatehouseHost.Issuer, document.GetProperty("issuer").GetString());
        Assert.Equal(GatehouseHost.Issuer + "/.well-known/jwks.json", document.GetProperty("jwks_uri").GetString());
        Assert.DoesNotContain("id_token", document.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("authorization_endpoint", document.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("token_endpoint", "POST")]
    [InlineData("revocation_endpoint", "POST")]
    [InlineData("introspection_endpoint", "POST")]
    [InlineData("userinfo_endpoint", "GET")]
    [InlineData("jwks_uri", "GET")]
    public async Task Endpoint_OfTheDocument_IsServed(string member, string method)
    {
        var document = await ReadAsync("/.well-known/oauth-authorization-server");
        var path = new Uri(document.GetProperty(member).GetString()!).AbsolutePath;

        using var response = await Host.SendAsync(new HttpMethod(method), path);

        Assert.NotEqual(HttpStatusCode.NotFound, response.StatusCode);
        Assert.NotEqual(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    private async Task<JsonElement> ReadAsync(string path)
    {
        using var response = await Host.GetAsync(path);
        return await response.ReadJsonAsync();
    }
}
