using System.Net;
using System.Text.Json;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>Token revocation (RFC 7009) and introspection (RFC 7662).</summary>
[DependsOnStorage]
public sealed class RevokeAndIntrospectTests : GatehouseTest
{
    private static readonly (string Name, string Value)[] Client = [("client_id", GatehouseHost.ClientId), ("client_secret", GatehouseHost.ClientSecret)];

    private protected override GatehouseHostOptions CreateOptions() => new()
    {
        Settings = new Dictionary<string, string?>
        {
            ["Clients:0:Scopes"] = "samples:read tokens:introspect",
            ["Clients:1:Id"] = "another-client",
            ["Clients:1:Scopes"] = "samples:read",
            ["Clients:1:SecretName"] = GatehouseHost.ClientId,
        },
    };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Host.AddClientSecretAsync();
    }

    [Fact]
    public async Task Introspect_AccessToken_ReturnsItsClaims()
    {
        var user = await Host.AddUserAsync("ada", "writer");
        var tokens = await Host.SignInAsync("ada");

        var answer = await IntrospectAsync(tokens.AccessToken);

        Assert.True(answer.GetProperty("active").GetBoolean());
        Assert.Equal(user.Id, answer.GetProperty("sub").GetString());
        Assert.Equal("samples:read samples:write", answer.GetProperty("scope").GetString());
        Assert.Equal("gatehouse", answer.GetProperty("client_id").GetString());
        Assert.Equal("Bearer", answer.GetProperty("token_type").GetString());
        Assert.Equal(GatehouseHost.Issuer, answer.GetProperty("iss").GetString());
        Assert.Equal(GatehouseHost.Audience, Assert.Single(answer.GetProperty("aud").EnumerateArray()).GetString());
        Assert.Equal(Host.Time.GetUtcNow().AddMinutes(10).ToUnixTimeSeconds(), answer.GetProperty("exp").GetInt64());
        Assert.Equal(Host.Time.GetUtcNow().ToUnixTimeSeconds(), answer.GetProperty("auth_time").GetInt64());
        Assert.Equal("pwd", Assert.Single(answer.GetProperty("amr").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task Introspect_RefreshToken_IsActiveAsLongAsItWouldBeAccepted()
    {
        var added = await Host.AddUserAsync("ada", "reader");
        var tokens = await Host.SignInAsync("ada");
        Assert.True((await IntrospectAsync(tokens.RefreshToken!)).GetProperty("active").GetBoolean());

        var users = Host.Services.GetRequiredService<IUserStore>();
        var user = await users.FindAsync(added.Name, TestContext.Current.CancellationToken);
        Assert.NotNull(await users.TryReplaceAsync(user! with { IsEnabled = false }, TestContext.Current.CancellationToken));

        await AssertInactiveAsync(tokens.RefreshToken!);
    }

    [Fact]
    public async Task Introspect_TokenThatIsNotAccepted_IsOnlyInactive()
    {
        var tokens = await Host.SignInAsAsync("reader");
        var forge = await TokenForge.CreateAsync(Host);
        await AssertInactiveAsync("nonsense");
        await AssertInactiveAsync(forge.WithClaim("aud", "another"));
        await AssertInactiveAsync(forge.WithHeader("kid", "another"));
        await AssertInactiveAsync(tokens.AccessToken[..^4] + "AAAA");
        await AssertInactiveAsync("AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        Host.Time.Advance(TimeSpan.FromMinutes(11));
        await AssertInactiveAsync(tokens.AccessToken);
        Host.Time.Advance(TimeSpan.FromDays(14));
        await AssertInactiveAsync(tokens.RefreshToken!);
    }

    [Fact]
    public async Task Introspect_NeedsAClient_WithTheScope()
    {
        using var nobody = await Host.PostFormAsync("/introspect", ("token", "x"));
        using var wrong = await Host.PostFormAsync("/introspect", ("token", "x"), ("client_id", GatehouseHost.ClientId), ("client_secret", "wrong"));
        using var other = await Host.PostFormAsync("/introspect", ("token", "x"), ("client_id", "another-client"), ("client_secret", GatehouseHost.ClientSecret));
        using var noToken = await Host.PostFormAsync("/introspect", Client);

        Assert.Equal("invalid_client", await nobody.ReadOAuthErrorAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("invalid_client", await wrong.ReadOAuthErrorAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("unauthorized_client", await other.ReadOAuthErrorAsync(HttpStatusCode.Forbidden));
        Assert.Equal("invalid_request", await noToken.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task Revoke_RefreshToken_EndsTheSession()
    {
        var tokens = await Host.SignInAsAsync("reader");

        Assert.Equal(HttpStatusCode.OK, await RevokeAsync(tokens.RefreshToken!));

        await AssertInactiveAsync(tokens.RefreshToken!);
        await AssertInactiveAsync(tokens.AccessToken);
        using var listing = await Host.ReadSamplesAsync(tokens.AccessToken);
        Assert.Equal(HttpStatusCode.Unauthorized, listing.StatusCode);
        Assert.Contains("was revoked", listing.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revoke_AccessToken_EndsThatTokenAlone()
    {
        var tokens = await Host.SignInAsAsync("reader");

        Assert.Equal(HttpStatusCode.OK, await RevokeAsync(tokens.AccessToken, ("token_type_hint", "refresh_token")));

        await AssertInactiveAsync(tokens.AccessToken);
        Assert.True((await IntrospectAsync(tokens.RefreshToken!)).GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task Revoke_UnknownToken_IsNoError()
    {
        Assert.Equal(HttpStatusCode.OK, await RevokeAsync("nonsense"));
        var tokens = await Host.SignInAsAsync("reader");
        Assert.Equal(HttpStatusCode.OK, await RevokeAsync(tokens.RefreshToken!));
        Assert.Equal(HttpStatusCode.OK, await RevokeAsync(tokens.RefreshToken!));
    }

    [Fact]
    public async Task Revoke_TokenOfAnotherClient_IsRefused()
    {
        var tokens = await Host.SignInAsAsync("reader");
        using var granted = await Host.PostFormAsync("/token", [("grant_type", "client_credentials"), .. Client]);
        var clientToken = (await Hosting.Tokens.ReadAsync(granted)).AccessToken;

        Assert.Equal(HttpStatusCode.BadRequest, await RevokeAsync(tokens.RefreshToken!, Client));
        Assert.Equal(HttpStatusCode.BadRequest, await RevokeAsync(clientToken));
        Assert.Equal(HttpStatusCode.BadRequest, await RevokeAsync(clientToken, ("client_id", GatehouseHost.ClientId)));
        Assert.True((await IntrospectAsync(tokens.RefreshToken!)).GetProperty("active").GetBoolean());
        Assert.Equal(HttpStatusCode.OK, await RevokeAsync(clientToken, Client));
        await AssertInactiveAsync(clientToken);
    }

    [Fact]
    public async Task Revoke_WithoutToken_OrWithWrongCredentials_IsRefused()
    {
        using var noToken = await Host.PostFormAsync("/revoke", ("token", ""));
        using var wrong = await Host.PostFormAsync("/revoke", ("token", "x"), ("client_id", GatehouseHost.ClientId), ("client_secret", "wrong"));

        Assert.Equal("invalid_request", await noToken.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
        Assert.Equal("invalid_client", await wrong.ReadOAuthErrorAsync(HttpStatusCode.Unauthorized));
    }

    private async Task<HttpStatusCode> RevokeAsync(string token, params (string Name, string Value)[] more)
    {
        using var response = await Host.PostFormAsync("/revoke", [("token", token), .. more]);
        return response.StatusCode;
    }

    private async Task<JsonElement> IntrospectAsync(string token)
    {
        using var response = await Host.PostFormAsync("/introspect", [("token", token), .. Client]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.ReadJsonAsync();
    }

    private async Task AssertInactiveAsync(string token) => Assert.Equal("""{"active":false}""", (await IntrospectAsync(token)).GetRawText());
}
