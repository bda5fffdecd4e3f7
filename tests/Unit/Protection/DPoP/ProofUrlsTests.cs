using Gatehouse.Protection;
using Gatehouse.Protection.DPoP;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Unit.Protection.DPoP;

/// <summary>The <c>htu</c> values that name the URL of a request (RFC 9449 §4.3, RFC 3986 §6.2.2 and §6.2.3).</summary>
public sealed class ProofUrlsTests
{
    [Theory]
    [InlineData("https://api.example.com/api/samples")]
    [InlineData("https://api.example.com:443/api/samples")]
    [InlineData("HTTPS://API.Example.COM/api/samples")]
    [InlineData("https://api.example.com/api/samples?pageSize=5")]
    [InlineData("https://api.example.com/api/samples#fragment")]
    [InlineData("https://api.example.com/api/./x/../samples")]
    [InlineData("https://api.example.com/%61pi/samples")]
    public void Fits_EquivalentUrl_IsTrue(string htu) => Assert.True(Fits("https://api.example.com", htu, "http://10.0.0.4:8080/api/samples?cursor=1"));

    [Theory]
    [InlineData("http://api.example.com/api/samples")]
    [InlineData("https://api.example.com:8443/api/samples")]
    [InlineData("https://10.0.0.4/api/samples")]
    [InlineData("https://api.example.com.attacker.example/api/samples")]
    [InlineData("https://api.example.com/api/samples/")]
    [InlineData("https://api.example.com/api%2Fsamples")]
    [InlineData("https://api.example.com/")]
    [InlineData("api.example.com/api/samples")]
    [InlineData("")]
    public void Fits_AnotherUrl_IsFalse(string htu) => Assert.False(Fits("https://api.example.com", htu, "http://10.0.0.4:8080/api/samples"));

    [Theory]
    [InlineData("https://example.com/shop/me", "http://10.0.0.4/me")]
    [InlineData("https://example.com/shop/me", "http://10.0.0.4/shop/me")]
    public void Fits_WithOrWithoutThePathThatAProxyRemoves_IsTrue(string htu, string url) => Assert.True(Fits("https://example.com/shop/", htu, url));

    [Theory]
    [InlineData("https://example.com/me", "http://10.0.0.4/me")]
    [InlineData("https://example.com/shopping/me", "http://10.0.0.4/ping/me")]
    [InlineData("https://example.com/shop", "http://10.0.0.4/shop")]
    public void Fits_OutsideThePathOfTheIssuer_IsFalse(string htu, string url) => Assert.False(Fits("https://example.com/shop", htu, url));

    [Fact]
    public void Fits_AnotherPublicUrl_IsTrue() =>
        Assert.True(Fits("https://api.example.com", "https://gatehouse.azurewebsites.net/me", "http://10.0.0.4/me", "https://other.example https://gatehouse.azurewebsites.net"));

    [Fact]
    public void Fits_EncodedPath_IsTrue()
    {
        Assert.True(Fits("https://api.example.com", "https://api.example.com/users/j%c3%bcrgen", "http://10.0.0.4/users/j%C3%BCrgen"));
        Assert.True(Fits("https://api.example.com", "https://api.example.com/users/a%2fb", "http://10.0.0.4/users/a%2Fb"));
    }

    private static bool Fits(string issuer, string htu, string url, string publicUrls = "") =>
        new ProofUrls(Options.Create(new ProtectionOptions { PublicUrl = issuer }), Options.Create(new DPoPOptions { PublicUrls = publicUrls })).Fits(htu, new Uri(url));
}
