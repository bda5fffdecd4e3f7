using System.Net;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Issuers;

/// <summary>Functions that ask for a second factor or a recent sign-in, with tokens of a trusted issuer.</summary>
public sealed class StepUpOfIssuerTests : IssuerTest
{
    [Theory]
    [InlineData("amr", """["pwd","mfa"]""")]
    [InlineData("amr", "\"mfa\"")]
    [InlineData("acr", "\"gold\"")]
    [InlineData("acr", "\"urn:okta:loa:2fa:any\"")]
    public async Task SecondFactor_IsReadFromTheTokenOfTheIssuer(string claim, string value)
    {
        var host = await StartAsync(("MfaContexts", "urn:okta:loa:2fa:any gold"));

        await AssertStatusAsync(host, Issuer.CreateToken(claims => claims[claim] = JsonNode.Parse(value)), HttpStatusCode.OK, path: "/sample/mfa");
    }

    [Theory]
    [InlineData("amr", """["pwd"]""")]
    [InlineData("amr", "7")]
    [InlineData("acr", "\"golden\"")]
    [InlineData("acr", "7")]
    public async Task SignInWithoutASecondFactor_IsRefused_AndTheChallengeNamesTheContextsOfTheIssuer(string claim, string value)
    {
        var host = await StartAsync(("MfaContexts", "urn:okta:loa:2fa:any gold"));

        using var response = await host.GetAsync("/sample/mfa", Issuer.CreateToken(claims => claims[claim] = JsonNode.Parse(value)));

        await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "insufficient-user-authentication");
        Assert.Contains("acr_values=\"urn:okta:loa:2fa:any gold\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignInTime_IsReadFromTheTokenOfTheIssuer()
    {
        var host = await StartAsync();
        var now = Time.GetUtcNow().ToUnixTimeSeconds();

        await AssertStatusAsync(host, Issuer.CreateToken(claims => claims["auth_time"] = now - 300), HttpStatusCode.OK, path: "/sample/recent");
        await AssertStatusAsync(host, Issuer.CreateToken(claims => claims["auth_time"] = now - 301), HttpStatusCode.Unauthorized, path: "/sample/recent");
        await AssertStatusAsync(host, Issuer.CreateToken(), HttpStatusCode.Unauthorized, path: "/sample/recent");
    }
}
