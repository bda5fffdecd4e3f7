using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.DPoP;

/// <summary>Clients, functions and roles that need tokens bound to a key.</summary>
[DependsOnStorage]
public sealed class RequiredProofTests : GatehouseTest
{
    private ProofForge _key = null!;

    private protected override GatehouseHostOptions CreateOptions() => new()
    {
        Settings = new Dictionary<string, string?>
        {
            ["Protection:DPoP:RequiredForFunctions"] = "ChangePassword",
            ["Protection:DPoP:RequiredForRoles"] = "admin",
            ["Clients:1:Id"] = "bound-client",
            ["Clients:1:Scopes"] = "samples:read",
            ["Clients:1:SecretName"] = GatehouseHost.ClientId,
            ["Clients:1:RequireDPoP"] = "true",
        },
    };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Host.AddClientSecretAsync();
        _key = new ProofForge(Host);
    }

    public override async ValueTask DisposeAsync()
    {
        _key.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task ClientThatMustSendAProof_GetsNoTokenWithoutOne()
    {
        (string, string)[] form = [("grant_type", "client_credentials"), ("client_id", "bound-client"), ("client_secret", GatehouseHost.ClientSecret)];
        using var without = await Host.PostFormWithProofsAsync("/token", [], form);
        using var with = await Host.PostFormWithProofsAsync("/token", [_key.Prove("POST", "/token")], form);

        Assert.Equal("invalid_dpop_proof", await without.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
        Assert.Equal("DPoP", (await Hosting.Tokens.ReadAsync(with)).TokenType);
    }

    [Fact]
    public async Task FunctionThatNeedsABoundToken_RefusesBearerTokens()
    {
        var bearer = await Host.SignInAsAsync("reader");
        using var response = await Host.SendAsync(HttpMethod.Post, "/me/password", bearer.AccessToken);
        using var elsewhere = await Host.GetAsync("/me", bearer.AccessToken);

        await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-token");
        Assert.Contains("Only an access token that is bound to a key", string.Join(", ", response.Headers.GetValues("WWW-Authenticate")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, elsewhere.StatusCode);
    }

    [Fact]
    public async Task NoToken_IsChallengedForABoundToken_WhereNoOtherIsAccepted_AndForEitherKindElsewhere()
    {
        using var required = await Host.SendAsync(HttpMethod.Post, "/me/password");
        using var invalid = await Host.SendAsync(HttpMethod.Post, "/me/password", "invalid");
        using var elsewhere = await Host.GetAsync("/me");

        Assert.StartsWith("DPoP ", invalid.Headers.NonValidated["WWW-Authenticate"].ToString(), StringComparison.Ordinal);
        const string Metadata = $"resource_metadata=\"{GatehouseHost.Issuer}/.well-known/oauth-protected-resource\"";
        const string Bound = $"DPoP realm=\"{GatehouseHost.Audience}\", algs=\"ES256 PS256 RS256\", {Metadata}";
        Assert.Equal(Bound, required.Headers.NonValidated["WWW-Authenticate"].ToString());
        Assert.Equal($"Bearer realm=\"{GatehouseHost.Audience}\", {Metadata}, {Bound}", elsewhere.Headers.NonValidated["WWW-Authenticate"].ToString());
    }

    [Fact]
    public async Task RoleThatNeedsBoundTokens_NeitherGetsNorUsesOthers()
    {
        await Host.AddUserAsync("root", "admin");
        using var without = await Host.AuthenticateAsync("root");
        using var with = await Host.AuthenticateAsync("root", _key.Prove("POST", "/authenticate"));
        var forge = await TokenForge.CreateAsync(Host);
        using var bearer = await Host.ReadSamplesAsync(forge.WithClaim("roles", new System.Text.Json.Nodes.JsonArray("admin")));

        await without.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-dpop-proof");
        Assert.Equal("DPoP", (await Hosting.Tokens.ReadAsync(with)).TokenType);
        await bearer.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-token");
    }

    [Fact]
    public async Task BearerSession_OfAUserWhoGetsSuchARole_IsNotContinued_WhateverScopeItAsksFor()
    {
        var user = await Host.AddUserAsync("ada", "reader");
        var session = await Host.SignInAsync("ada");
        var users = Host.Services.GetRequiredService<IUserStore>();
        var stored = await users.FindAsync(user.Name, TestContext.Current.CancellationToken);
        Assert.NotNull(await users.TryReplaceAsync(stored! with { Roles = ["reader", "admin"] }, TestContext.Current.CancellationToken));

        using var whole = await Host.PostFormAsync("/token", ("grant_type", "refresh_token"), ("refresh_token", session.RefreshToken!));
        using var narrowed = await Host.PostFormAsync("/token", ("grant_type", "refresh_token"), ("refresh_token", session.RefreshToken!), ("scope", "samples:read"));

        Assert.Equal("invalid_dpop_proof", await whole.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
        Assert.Equal("invalid_dpop_proof", await narrowed.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task ChangePassword_WithABearerTokenOfSuchAUser_ChangesNothing()
    {
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions
        {
            Settings = new Dictionary<string, string?> { ["Protection:DPoP:RequiredForRoles"] = "admin" },
        });
        var user = await host.AddUserAsync("ada", "reader");
        var session = await host.SignInAsync("ada");
        var users = host.Services.GetRequiredService<IUserStore>();
        var stored = await users.FindAsync(user.Name, TestContext.Current.CancellationToken);
        Assert.NotNull(await users.TryReplaceAsync(stored! with { Roles = ["reader", "admin"] }, TestContext.Current.CancellationToken));

        using var refused = await host.SendAsync(
            HttpMethod.Post, "/me/password", session.AccessToken, JsonContent.Create(new { currentPassword = GatehouseHost.Password, newPassword = "seven lamps by the canal" }));

        await refused.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-dpop-proof");
        Assert.Equal(stored!.PasswordHash, (await users.FindAsync(user.Name, TestContext.Current.CancellationToken))!.PasswordHash);
    }

    [Fact]
    public async Task RightPassword_WithoutTheRequiredProof_OrWithAUsedOne_IsAudited()
    {
        var user = await Host.AddUserAsync("root", "admin");
        var proof = _key.Prove("POST", "/authenticate");
        using var without = await Host.AuthenticateAsync("root");
        using var first = await Host.AuthenticateAsync("root", proof);
        using var again = await Host.AuthenticateAsync("root", proof);

        Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
        Assert.Equal(
            ["proof_missing", "proof_replayed"],
            Host.Logs.GetSnapshot().Where(record => record.Id.Name == "LoginFailed" && record.GetStructuredStateValue("Subject") == user.Id).Select(static record => record.GetStructuredStateValue("Reason")));
    }
}
