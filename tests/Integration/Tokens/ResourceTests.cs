using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>Tokens for other APIs than this one: <c>resource</c> decides the audience (RFC 8707).</summary>
[DependsOnStorage]
public sealed class ResourceTests : GatehouseTest
{
    private const string Orders = "https://orders.example.com";
    private const string Stock = "urn:example:stock";

    private protected override GatehouseHostOptions CreateOptions() => new()
    {
        HasClientSecret = true,
        Settings = new Dictionary<string, string?>
        {
            ["Tokens:FurtherAudiences"] = $"{Orders} {Stock}",
            ["Clients:0:Scopes"] = "samples:read tokens:introspect",
        },
    };

    [Theory]
    [InlineData(new string[0], new[] { GatehouseHost.Audience })]
    [InlineData(new[] { "" }, new[] { GatehouseHost.Audience })]
    [InlineData(new[] { GatehouseHost.Audience }, new[] { GatehouseHost.Audience })]
    [InlineData(new[] { GatehouseHost.Issuer }, new[] { GatehouseHost.Audience })]
    [InlineData(new[] { GatehouseHost.Issuer + "/" }, new[] { GatehouseHost.Audience })]
    [InlineData(new[] { Orders }, new[] { Orders })]
    [InlineData(new[] { Orders, Stock, Orders }, new[] { Orders, Stock })]
    [InlineData(new[] { Orders, GatehouseHost.Issuer }, new[] { Orders, GatehouseHost.Audience })]
    public async Task Client_GetsATokenForTheResourcesThatItNames(string[] resources, string[] audiences)
    {
        using var response = await AskAsync(resources);

        Assert.Equal(audiences, AudiencesOf((await Hosting.Tokens.ReadAsync(response)).AccessToken));
    }

    [Theory]
    [InlineData("https://another.example.com")]
    [InlineData(Orders + "/")]
    [InlineData(Orders, "https://another.example.com")]
    [InlineData("not a URL")]
    public async Task UnknownResource_IsAnInvalidTarget(params string[] resources)
    {
        using var response = await AskAsync(resources);

        Assert.Equal("invalid_target", await response.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task TokenForAnotherApi_IsRefusedHere_AndIntrospectedAndRevoked()
    {
        using var response = await AskAsync(Orders);
        var token = (await Hosting.Tokens.ReadAsync(response)).AccessToken;

        using var listing = await Host.ReadSamplesAsync(token);
        var before = await IntrospectAsync(token);
        using var revoked = await Host.PostFormAsync("/revoke", ("token", token), ("client_id", GatehouseHost.ClientId), ("client_secret", GatehouseHost.ClientSecret));
        var after = await IntrospectAsync(token);

        await listing.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-token");
        Assert.True(before.GetProperty("active").GetBoolean());
        Assert.Equal(Orders, Assert.Single(before.GetProperty("aud").EnumerateArray()).GetString());
        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        Assert.False(after.GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task Session_IsForTheResourcesOfItsSignIn_AndARefreshNarrowsThemOnly()
    {
        var session = await SignInAsync($"{Orders} {GatehouseHost.Issuer}");

        var whole = await RefreshAsync(session);
        var narrowed = await RefreshAsync(whole, Orders);
        using var widened = await Host.PostFormAsync("/token", ("grant_type", "refresh_token"), ("refresh_token", narrowed.RefreshToken!), ("resource", Stock));
        var wholeAgain = await RefreshAsync(narrowed);

        Assert.Equal([Orders, GatehouseHost.Audience], AudiencesOf(session.AccessToken));
        Assert.Equal([Orders, GatehouseHost.Audience], AudiencesOf(whole.AccessToken));
        Assert.Equal([Orders], AudiencesOf(narrowed.AccessToken));
        Assert.Equal("invalid_target", await widened.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
        Assert.Equal([Orders, GatehouseHost.Audience], AudiencesOf(wholeAgain.AccessToken));
    }

    [Fact]
    public async Task SessionWithoutAResource_IsForThisApiAlone()
    {
        var session = await SignInAsync(null);

        using var widened = await Host.PostFormAsync("/token", ("grant_type", "refresh_token"), ("refresh_token", session.RefreshToken!), ("resource", Orders));
        var same = await RefreshAsync(session, GatehouseHost.Issuer);

        Assert.Equal([GatehouseHost.Audience], AudiencesOf(session.AccessToken));
        Assert.Equal("invalid_target", await widened.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
        Assert.Equal([GatehouseHost.Audience], AudiencesOf(same.AccessToken));
    }

    [Fact]
    public async Task UnknownResource_AtTheSignIn_IsRefused()
    {
        await Host.AddUserAsync("ada", "reader");

        using var response = await AuthenticateAsync("https://another.example.com");

        await response.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
    }

    private Task<HttpResponseMessage> AskAsync(params string[] resources) => Host.PostFormAsync(
        "/token",
        [("grant_type", "client_credentials"), ("client_id", GatehouseHost.ClientId), ("client_secret", GatehouseHost.ClientSecret), .. resources.Select(static resource => ("resource", resource))]);

    private async Task<JsonElement> IntrospectAsync(string token)
    {
        using var response = await Host.PostFormAsync("/introspect", ("token", token), ("client_id", GatehouseHost.ClientId), ("client_secret", GatehouseHost.ClientSecret));
        return await response.ReadJsonAsync();
    }

    private async Task<Hosting.Tokens> SignInAsync(string? resource)
    {
        await Host.AddUserAsync("ada", "reader");
        using var response = await AuthenticateAsync(resource);
        return await Hosting.Tokens.ReadAsync(response);
    }

    private Task<HttpResponseMessage> AuthenticateAsync(string? resource) =>
        Host.Client.PostAsJsonAsync("/authenticate", new { username = "ada", password = GatehouseHost.Password, resource }, TestContext.Current.CancellationToken);

    private async Task<Hosting.Tokens> RefreshAsync(Hosting.Tokens tokens, params string[] resources)
    {
        using var response = await Host.PostFormAsync(
            "/token",
            [("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!), .. resources.Select(static resource => ("resource", resource))]);
        return await Hosting.Tokens.ReadAsync(response);
    }

    private static IEnumerable<string> AudiencesOf(string token) => new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(token).Audiences;
}
