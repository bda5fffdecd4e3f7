using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gatehouse.Revocation;
using Gatehouse.Tests.Integration.DPoP;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.Issuers;

/// <summary>What a caller of another issuer is here: nobody of our own, however alike the ids may be.</summary>
public sealed class ForeignCallerTests : IssuerTest
{
    [Fact]
    public async Task RevokingAnOwnSubject_LeavesTheSameSubjectOfAnotherIssuerAlone()
    {
        var host = await StartAsync();
        var own = await TokenForge.CreateAsync(host);
        var claims = own.Claims();
        claims["sid"] = "a-session";
        var ownToken = own.Sign(own.Header().ToJsonString(), claims.ToJsonString());
        var foreign = Issuer.CreateToken(alike =>
        {
            foreach (var name in new[] { "sub", "sid", "jti" })
            {
                alike[name] = claims[name]!.DeepClone();
            }
        });
        await AssertStatusAsync(host, ownToken, HttpStatusCode.OK);

        var feed = host.Services.GetRequiredService<RevocationFeed>();
        await feed.RevokeSubjectAsync(claims["sub"]!.GetValue<string>(), host.Time.GetUtcNow(), "test", TestContext.Current.CancellationToken);
        await feed.RevokeSessionAsync("a-session", "test", TestContext.Current.CancellationToken);
        await feed.RevokeTokenAsync(claims["jti"]!.GetValue<string>(), "test", TestContext.Current.CancellationToken);

        await AssertRefusedAsync(host, ownToken, "was revoked");
        await AssertStatusAsync(host, foreign, HttpStatusCode.OK);
    }

    [Fact]
    public async Task BoundTokenOfAnotherIssuer_NeedsItsProof()
    {
        var host = await StartAsync();
        using var key = new ProofForge(host);
        using var another = new ProofForge(host);
        var token = Issuer.CreateToken(claims => claims["cnf"] = new JsonObject { ["jkt"] = key.Thumbprint });

        await AssertStatusAsync(host, token, HttpStatusCode.Unauthorized);
        using var proved = await host.ReadSamplesWithProofsAsync(token, key.Prove("GET", "/samples", token));
        Assert.Equal(HttpStatusCode.OK, proved.StatusCode);
        using var stolen = await host.ReadSamplesWithProofsAsync(token, another.Prove("GET", "/samples", token));
        Assert.Equal(HttpStatusCode.Unauthorized, stolen.StatusCode);
        using var unproved = await host.ReadSamplesWithProofsAsync(token);
        Assert.Equal(HttpStatusCode.Unauthorized, unproved.StatusCode);
    }

    [Fact]
    public async Task Me_NamesTheIssuerOfTheSubject()
    {
        var host = await StartAsync();
        using var response = await host.GetAsync("/me", Issuer.CreateToken());
        var me = await response.ReadJsonAsync();

        Assert.Equal(Issuer.Name, me.GetProperty("iss").GetString());
        Assert.Equal("somebody|1", me.GetProperty("sub").GetString());
        Assert.Equal("a-client", me.GetProperty("client_id").GetString());
    }

    [Fact]
    public async Task Me_OwnToken_NamesNoIssuer()
    {
        var host = await StartAsync();
        var tokens = await host.SignInAsAsync("reader");
        using var response = await host.GetAsync("/me", tokens.AccessToken);

        Assert.False((await response.ReadJsonAsync()).TryGetProperty("iss", out _));
    }

    [Fact]
    public async Task Logout_IsRefused_AndNamesTheIssuer()
    {
        var host = await StartAsync();
        var token = Issuer.CreateToken(static claims => claims["sid"] = "a-session");
        using var response = await host.SendAsync(HttpMethod.Post, "/logout", token);

        var problem = await response.ReadProblemAsync(HttpStatusCode.Forbidden, "access-denied");
        Assert.Contains(Issuer.Name, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await AssertStatusAsync(host, token, HttpStatusCode.OK);
    }

    [Fact]
    public async Task ChangingThePassword_IsRefused_EvenWithAnOwnUsersIds()
    {
        var host = await StartAsync();
        var user = await host.SignInAsAsync("reader");
        using var own = await host.GetAsync("/me", user.AccessToken);
        var me = await own.ReadJsonAsync();
        var token = Issuer.CreateToken(claims =>
        {
            claims["sub"] = me.GetProperty("sub").GetString();
            claims["sid"] = me.GetProperty("sid").GetString();
        });

        using var response = await host.SendAsync(
            HttpMethod.Post, "/me/password", token, JsonContent.Create(new { currentPassword = GatehouseHost.Password, newPassword = "another horse battery staple" }));

        await response.ReadProblemAsync(HttpStatusCode.Forbidden, "access-denied");
    }

    [Fact]
    public async Task Revocation_IsAnUnsupportedTokenType()
    {
        var host = await StartAsync();
        using var response = await host.PostFormAsync("/revoke", ("token", Issuer.CreateToken(static claims => claims["client_id"] = "gatehouse")));

        Assert.Equal("unsupported_token_type", await response.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task Introspection_KnowsOwnTokensOnly()
    {
        var settings = Issuer.Settings();
        settings["Clients:0:Scopes"] = "tokens:introspect";
        var host = await StartWithAsync(settings);
        await host.AddClientSecretAsync();

        Assert.False(await IsActiveAsync(host, Issuer.CreateToken()));
        Assert.True(await IsActiveAsync(host, (await TokenForge.CreateAsync(host)).WithClaim("jti", "own")));
    }

    [Fact]
    public async Task Audit_NamesTheIssuerOfTheSubjectThatChangedAUser()
    {
        var host = await StartAsync(("Scopes", "users:write"));
        var token = Issuer.CreateToken(static claims => claims["scope"] = "users:write");
        using var response = await host.SendAsync(
            HttpMethod.Post, "/users", token, JsonContent.Create(new { username = "ada", password = GatehouseHost.Password }));

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var entry = Assert.Single(host.Logs.GetSnapshot(), static entry => entry.Id.Id == 5030);
        Assert.Equal($"{Issuer.Name}#somebody|1", entry.GetStructuredStateValue("By"));
    }

    private static async Task<bool> IsActiveAsync(GatehouseHost host, string token)
    {
        using var response = await host.PostFormAsync(
            "/introspect", ("client_id", GatehouseHost.ClientId), ("client_secret", GatehouseHost.ClientSecret), ("token", token));
        return (await response.ReadJsonAsync()).GetProperty("active").GetBoolean();
    }
}
