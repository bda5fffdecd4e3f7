using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gatehouse.Tests.Integration.DPoP;

/// <summary>Tokens that are bound to a key: how they are got, kept going, used, and what does not work with them (RFC 9449 §5 to §7).</summary>
[DependsOnStorage]
public sealed class BoundTokenTests : GatehouseTest
{
    private ProofForge _key = null!;

    private protected override GatehouseHostOptions CreateOptions() => new()
    {
        Settings = new Dictionary<string, string?>
        {
            ["Protection:DPoP:RequiredForFunctions"] = "ChangePassword",
            ["Protection:DPoP:RequiredForRoles"] = "admin",
            ["Clients:0:Scopes"] = "samples:read tokens:introspect",
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

    [Theory]
    [InlineData("ES256")]
    [InlineData("PS256")]
    [InlineData("RS256")]
    public async Task ClientThatSendsAProof_GetsATokenBoundToItsKey(string algorithm)
    {
        using var key = new ProofForge(Host, algorithm);
        using var response = await Host.AskForClientTokenAsync(key.Prove("POST", "/token"));

        var tokens = await Hosting.Tokens.ReadAsync(response);
        Assert.Equal("DPoP", tokens.TokenType);
        Assert.Equal(key.Thumbprint, new JsonWebToken(tokens.AccessToken).GetPayloadValue<System.Text.Json.JsonElement>("cnf").GetProperty("jkt").GetString());
        using var listing = await Host.ReadSamplesWithProofsAsync(tokens.AccessToken, key.Prove("GET", "/samples", tokens.AccessToken));
        Assert.Equal(HttpStatusCode.OK, listing.StatusCode);
    }

    [Fact]
    public async Task BoundToken_SentAsABearerToken_IsRefused()
    {
        var token = await Host.FetchBoundTokenAsync(_key);

        using var bare = await Host.ReadSamplesAsync(token);
        using var withProof = await Host.SendWithProofsAsync(
            HttpMethod.Get, "/samples", "Bearer " + token, content: null, _key.Prove("GET", "/samples", token));

        Assert.Contains("is bound to a key", Challenge(bare), StringComparison.Ordinal);
        Assert.StartsWith("DPoP ", Challenge(bare), StringComparison.Ordinal);
        await withProof.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-token");
    }

    [Fact]
    public async Task BearerToken_SentAsABoundOne_IsRefused()
    {
        using var answer = await Host.AskForClientTokenAsync();
        var tokens = await Hosting.Tokens.ReadAsync(answer);

        using var response = await Host.ReadSamplesWithProofsAsync(tokens.AccessToken, _key.Prove("GET", "/samples", tokens.AccessToken));

        Assert.Equal("Bearer", tokens.TokenType);
        await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-token");
        Assert.Contains("is not bound to a key", Challenge(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoToken_IsChallengedForEitherKind()
    {
        using var response = await Host.ReadSamplesAsync();

        Assert.Equal(
            $"Bearer realm=\"{GatehouseHost.Audience}\", DPoP realm=\"{GatehouseHost.Audience}\", algs=\"ES256 PS256 RS256\"",
            Challenge(response));
    }

    [Fact]
    public async Task BrokenToken_UnderTheDPoPScheme_IsChallengedUnderThatScheme()
    {
        using var response = await Host.ReadSamplesWithProofsAsync("broken", _key.Prove("GET", "/samples", "broken"));

        await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-token");
        Assert.StartsWith("DPoP ", Challenge(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingScope_IsChallengedUnderTheDPoPScheme()
    {
        var token = await Host.FetchBoundTokenAsync(_key);

        using var response = await Host.SendWithProofsAsync(HttpMethod.Delete, "/samples/1", "DPoP " + token, content: null, _key.Prove("DELETE", "/samples/1", token));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.StartsWith("DPoP ", Challenge(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_IsBoundFromSignInToRefresh()
    {
        var tokens = await SignInAsync(_key);

        using var refreshed = await Host.RefreshAsync(tokens.RefreshToken!, _key.Prove("POST", "/token"));

        var next = await Hosting.Tokens.ReadAsync(refreshed);
        Assert.Equal("DPoP", tokens.TokenType);
        Assert.Equal("DPoP", next.TokenType);
        using var listing = await Host.ReadSamplesWithProofsAsync(next.AccessToken, _key.Prove("GET", "/samples", next.AccessToken));
        Assert.Equal(HttpStatusCode.OK, listing.StatusCode);
    }

    [Fact]
    public async Task RefreshToken_WithoutTheKey_IsRefused_AndIsNotUsedUp()
    {
        var tokens = await SignInAsync(_key);
        using var stranger = new ProofForge(Host);

        using var without = await Host.RefreshAsync(tokens.RefreshToken!);
        using var withAnother = await Host.RefreshAsync(tokens.RefreshToken!, stranger.Prove("POST", "/token"));
        using var right = await Host.RefreshAsync(tokens.RefreshToken!, _key.Prove("POST", "/token"));

        Assert.Equal("invalid_dpop_proof", await without.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
        Assert.Equal("invalid_dpop_proof", await withAnother.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
    }

    [Fact]
    public async Task RefreshToken_ThatIsNotBound_CannotBeBoundLater()
    {
        var tokens = await Host.SignInAsAsync("reader");

        using var bound = await Host.RefreshAsync(tokens.RefreshToken!, _key.Prove("POST", "/token"));
        using var unbound = await Host.RefreshAsync(tokens.RefreshToken!);

        Assert.Equal("invalid_dpop_proof", await bound.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
        Assert.Equal("Bearer", (await Hosting.Tokens.ReadAsync(unbound)).TokenType);
    }

    [Fact]
    public async Task RefreshToken_RepeatedWithinTheLeeway_NeedsTheKeyToo()
    {
        var tokens = await SignInAsync(_key);
        using var first = await Host.RefreshAsync(tokens.RefreshToken!, _key.Prove("POST", "/token"));

        using var without = await Host.RefreshAsync(tokens.RefreshToken!);
        using var with = await Host.RefreshAsync(tokens.RefreshToken!, _key.Prove("POST", "/token"));

        Assert.Equal("invalid_dpop_proof", await without.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
        Assert.Equal((await Hosting.Tokens.ReadAsync(first)).RefreshToken, (await Hosting.Tokens.ReadAsync(with)).RefreshToken);
    }

    [Fact]
    public async Task BrokenProof_AtSignIn_IsAProblemDocument()
    {
        await Host.AddUserAsync("ada", "reader");

        using var response = await Host.AuthenticateAsync("ada", _key.Prove("GET", "/authenticate"));

        await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-dpop-proof");
        Assert.Contains("error=\"invalid_dpop_proof\"", Challenge(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BrokenProof_AtTheTokenEndpoint_IsAnOAuthError()
    {
        using var response = await Host.AskForClientTokenAsync(_key.Prove("GET", "/token"));

        Assert.Equal("invalid_dpop_proof", await response.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
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
        Assert.Contains("Only an access token that is bound to a key", Challenge(response), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, elsewhere.StatusCode);
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

    [Fact]
    public async Task Introspection_NamesTheKey()
    {
        var token = await Host.FetchBoundTokenAsync(_key);

        using var response = await Host.PostFormAsync("/introspect", ("token", token), ("client_id", GatehouseHost.ClientId), ("client_secret", GatehouseHost.ClientSecret));

        var document = await response.ReadJsonAsync();
        Assert.Equal("DPoP", document.GetProperty("token_type").GetString());
        Assert.Equal(_key.Thumbprint, document.GetProperty("cnf").GetProperty("jkt").GetString());
    }

    [Fact]
    public async Task Discovery_ListsTheAlgorithms()
    {
        using var response = await Host.GetAsync("/.well-known/oauth-authorization-server");

        Assert.Equal(
            ["ES256", "PS256", "RS256"],
            (await response.ReadJsonAsync()).GetProperty("dpop_signing_alg_values_supported").EnumerateArray().Select(static value => value.GetString()));
    }

    private static string Challenge(HttpResponseMessage response) => string.Join(", ", response.Headers.GetValues("WWW-Authenticate"));

    private async Task<Hosting.Tokens> SignInAsync(ProofForge key)
    {
        await Host.AddUserAsync("ada", "reader");
        using var response = await Host.AuthenticateAsync("ada", key.Prove("POST", "/authenticate"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await Hosting.Tokens.ReadAsync(response);
    }
}
