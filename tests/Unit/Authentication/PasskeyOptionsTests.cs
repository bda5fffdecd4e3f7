using Gatehouse.Authentication;

namespace Gatehouse.Tests.Unit.Authentication;

public sealed class PasskeyOptionsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("example.com", "https://example.com")]
    [InlineData("example.com", "https://shop.example.com https://example.com:8443")]
    [InlineData("localhost", "http://localhost:5173")]
    public void PossibleValue_IsAccepted(string host, string origins) => Assert.True(Validate(host, origins).Succeeded);

    [Theory]
    [InlineData("https://example.com", "https://example.com", "RelyingPartyId must be a host name")]
    [InlineData("example.com:443", "https://example.com", "RelyingPartyId must be a host name")]
    [InlineData("127.0.0.1", "http://127.0.0.1", "RelyingPartyId must be a host name")]
    [InlineData("example.com", "", "Origins must be set if and only if")]
    [InlineData("", "https://example.com", "Origins must be set if and only if")]
    [InlineData("example.com", "http://example.com", "Origins holds 'http://example.com'")]
    [InlineData("example.com", "https://example.com/", "Origins holds 'https://example.com/'")]
    [InlineData("example.com", "https://example.org", "Origins holds 'https://example.org'")]
    [InlineData("example.com", "https://badexample.com", "Origins holds 'https://badexample.com'")]
    [InlineData("example.com", "*", "Origins holds '*'")]
    public void ImpossibleValue_IsReported(string host, string origins, string fault) =>
        Assert.Contains($"Authentication:Passkeys:{fault}", Validate(host, origins).FailureMessage, StringComparison.Ordinal);

    private static Microsoft.Extensions.Options.ValidateOptionsResult Validate(string host, string origins) =>
        new PasskeyOptionsValidator().Validate(name: null, new PasskeyOptions { RelyingPartyId = host, Origins = origins });
}
