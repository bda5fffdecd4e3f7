using Gatehouse.Protection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Unit.Protection;

/// <summary>The origins that the setting accepts: as browsers send them, and over https, where no attacker can replace the script.</summary>
public sealed class AllowedOriginsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("https://shop.example.com")]
    [InlineData("https://shop.example.com:8443")]
    [InlineData("https://xn--bcher-kva.example")]
    [InlineData("https://[2001:db8::1]")]
    [InlineData("http://localhost:5173 http://127.0.0.1:3000, https://shop.example.com")]
    public void Origins_AsBrowsersWriteThem_AreAccepted(string origins) => Assert.False(Validate(origins).Failed);

    [Theory]
    [InlineData("*")]
    [InlineData("null")]
    [InlineData("shop.example.com")]
    [InlineData("http://shop.example.com")]
    [InlineData("https://shop.example.com/")]
    [InlineData("https://shop.example.com/app")]
    [InlineData("https://shop.example.com:443")]
    [InlineData("https://Shop.example.com")]
    [InlineData("https://*.example.com")]
    [InlineData("https://user@shop.example.com")]
    [InlineData("https://bücher.example")]
    [InlineData("https://shop.example.com *")]
    public void OtherValues_StopTheStart_WithAnExplanation(string origins) =>
        Assert.StartsWith("Protection:AllowedOrigins must be origins as browsers write them", Assert.Single(Validate(origins).Failures!), StringComparison.Ordinal);

    [Theory]
    [InlineData("*")]
    [InlineData("x-tenant *")]
    [InlineData("x:tenant")]
    [InlineData("x-tenänt")]
    public void Headers_OtherThanNames_StopTheStart_WithAnExplanation(string headers) =>
        Assert.StartsWith(
            "Protection:AllowedHeaders must be header names",
            Assert.Single(new ProtectionOptionsValidator().Validate(null, new ProtectionOptions { AllowedHeaders = headers }).Failures!),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("x-tenant, x_region")]
    public void Headers_WithTheirNames_AreAccepted(string headers) =>
        Assert.False(new ProtectionOptionsValidator().Validate(null, new ProtectionOptions { AllowedHeaders = headers }).Failed);

    private static ValidateOptionsResult Validate(string origins) =>
        new ProtectionOptionsValidator().Validate(null, new ProtectionOptions { AllowedOrigins = origins });
}
