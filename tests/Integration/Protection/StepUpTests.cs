using System.Net;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Protection;

/// <summary>Functions that ask for a second factor or a recent sign-in (RFC 9470), with tokens of Gatehouse.</summary>
public sealed class StepUpTests(SharedHost shared) : GatehouseTest(shared), IClassFixture<SharedHost>
{
    private const string Mfa = "http://schemas.openid.net/pape/policies/2007/06/multi-factor";

    private TokenForge _forge = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _forge = await TokenForge.CreateAsync(Host);
    }

    [Theory]
    [InlineData("amr", """["pwd","otp","mfa"]""")]
    [InlineData("acr", $"\"{Mfa}\"")]
    public async Task SecondFactor_OpensAFunctionThatAsksForIt(string claim, string value) =>
        await AssertAcceptedAsync("/sample/mfa", _forge.WithClaim(claim, JsonNode.Parse(value)));

    [Theory]
    [InlineData("amr", """["pwd"]""")]
    [InlineData("amr", """["otp"]""")]
    [InlineData("amr", "[]")]
    [InlineData("amr", null)]
    [InlineData("acr", "\"1\"")]
    public async Task SignInWithoutASecondFactor_IsRefused_AndTheChallengeNamesTheContext(string claim, string? value) =>
        await AssertRefusedAsync(
            "/sample/mfa",
            _forge.WithClaim(claim, value is null ? null : JsonNode.Parse(value)),
            $"error=\"insufficient_user_authentication\", error_description=\"A sign-in with a second factor is required\", acr_values=\"{Mfa}\", resource_metadata=");

    [Theory]
    [InlineData(0)]
    [InlineData(-300)]
    [InlineData(3)]
    public async Task RecentSignIn_OpensAFunctionThatAsksForIt(int seconds) => await AssertAcceptedAsync("/sample/recent", _forge.WithClaim("auth_time", Now + seconds));

    [Theory]
    [InlineData(-301)]
    [InlineData(31)]
    [InlineData(null)]
    public async Task SignInAtAnotherTime_IsRefused_AndTheChallengeNamesTheAge(int? seconds) =>
        await AssertRefusedAsync(
            "/sample/recent",
            _forge.WithClaim("auth_time", Now + seconds),
            "error=\"insufficient_user_authentication\", error_description=\"A more recent sign-in is required\", max_age=\"300\", resource_metadata=");

    [Fact]
    public async Task Challenge_NamesAllThatTheFunctionAsksFor()
    {
        var claims = _forge.Claims();
        claims["auth_time"] = Now - 301;
        claims["amr"] = new JsonArray("pwd", "mfa");

        await AssertRefusedAsync("/sample/mfa-and-recent", _forge.Sign(_forge.Header().ToJsonString(), claims.ToJsonString()), $"A more recent sign-in is required\", acr_values=\"{Mfa}\", max_age=\"300\"");
    }

    [Fact]
    public async Task MissingScope_IsNamedFirst_BecauseNoSignInWouldHelp()
    {
        using var response = await Host.GetAsync("/sample/mfa", _forge.WithClaim("scope", "samples:write"));

        await response.ReadProblemAsync(HttpStatusCode.Forbidden, "access-denied");
    }

    [Theory]
    [InlineData("\"mfa\"")]
    [InlineData("[\"mfa\",1]")]
    [InlineData("{}")]
    public async Task Methods_ThatAreNoListOfStrings_InvalidateTheToken(string amr)
    {
        using var response = await Host.GetAsync("/sample/mfa", _forge.WithClaim("amr", JsonNode.Parse(amr)));

        await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-token");
    }

    private long Now => Host.Time.GetUtcNow().ToUnixTimeSeconds();

    private async Task AssertAcceptedAsync(string path, string token)
    {
        using var response = await Host.GetAsync(path, token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private async Task AssertRefusedAsync(string path, string token, string challenge)
    {
        using var response = await Host.GetAsync(path, token);
        await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "insufficient-user-authentication");
        Assert.Contains(challenge, response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }
}
