using System.Net;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gatehouse.Tests.Integration.DPoP;

/// <summary>Tokens that are bound to a key: how they are got, kept going, used, and what does not work with them (RFC 9449 §5 to §7).</summary>
public sealed class BoundTokenTests : IAsyncLifetime
{
    private GatehouseHost _host = null!;
    private ProofForge _key = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await GatehouseHost.StartAsync(new GatehouseHostOptions
        {
            Settings = new Dictionary<string, string?>
            {
                ["Protection:DPoP:RequiredForFunctions"] = "ChangePassword",
                ["Protection:DPoP:RequiredForRoles"] = "admin",
                ["Clients:0:Scopes"] = "products:read tokens:introspect",
                ["Clients:1:Id"] = "bound-client",
                ["Clients:1:Scopes"] = "products:read",
                ["Clients:1:SecretName"] = GatehouseHost.ClientId,
                ["Clients:1:RequireDPoP"] = "true",
            },
        });
        await _host.AddClientSecretAsync();
        _key = new ProofForge(_host);
    }

    public async ValueTask DisposeAsync()
    {
        _key.Dispose();
        await _host.DisposeAsync();
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("PS256")]
    [InlineData("RS256")]
    public async Task ClientThatSendsAProof_GetsATokenBoundToItsKey(string algorithm)
    {
        using var key = new ProofForge(_host, algorithm);
        using var response = await _host.AskForClientTokenAsync(key.Prove("POST", "/token"));

        var tokens = await Hosting.Tokens.ReadAsync(response);
        Assert.Equal("DPoP", tokens.TokenType);
        Assert.Equal(key.Thumbprint, new JsonWebToken(tokens.AccessToken).GetPayloadValue<System.Text.Json.JsonElement>("cnf").GetProperty("jkt").GetString());
        using var listing = await _host.ListAsync(tokens.AccessToken, key.Prove("GET", "/api/products", tokens.AccessToken));
        Assert.Equal(HttpStatusCode.OK, listing.StatusCode);
    }

    [Fact]
    public async Task BoundToken_SentAsABearerToken_IsRefused()
    {
        var token = await _host.FetchBoundTokenAsync(_key);

        using var bare = await _host.GetAsync("/api/products", token);
        using var withProof = await _host.SendWithProofsAsync(
            HttpMethod.Get, "/api/products", "Bearer " + token, content: null, _key.Prove("GET", "/api/products", token));

        Assert.Contains("is bound to a key", Challenge(bare), StringComparison.Ordinal);
        Assert.StartsWith("DPoP ", Challenge(bare), StringComparison.Ordinal);
        await withProof.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-token");
    }

    [Fact]
    public async Task BearerToken_SentAsABoundOne_IsRefused()
    {
        using var answer = await _host.AskForClientTokenAsync();
        var tokens = await Hosting.Tokens.ReadAsync(answer);

        using var response = await _host.ListAsync(tokens.AccessToken, _key.Prove("GET", "/api/products", tokens.AccessToken));

        Assert.Equal("Bearer", tokens.TokenType);
        await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-token");
        Assert.Contains("is not bound to a key", Challenge(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoToken_IsAskedForOneOfEitherKind()
    {
        using var response = await _host.GetAsync("/api/products");

        Assert.Equal(
            $"Bearer realm=\"{GatehouseHost.Audience}\", DPoP realm=\"{GatehouseHost.Audience}\", algs=\"ES256 PS256 RS256\"",
            Challenge(response));
    }

    [Fact]
    public async Task BrokenToken_UnderTheSchemeOfBoundOnes_IsAnsweredUnderThatScheme()
    {
        using var response = await _host.ListAsync("broken", _key.Prove("GET", "/api/products", "broken"));

        await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-token");
        Assert.StartsWith("DPoP ", Challenge(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingScope_IsAnsweredUnderTheSchemeOfBoundTokens()
    {
        var token = await _host.FetchBoundTokenAsync(_key);

        using var response = await _host.SendWithProofsAsync(HttpMethod.Delete, "/api/products/1", "DPoP " + token, content: null, _key.Prove("DELETE", "/api/products/1", token));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.StartsWith("DPoP ", Challenge(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_IsBoundFromSignInToRefresh()
    {
        var tokens = await SignInAsync(_key);

        using var refreshed = await _host.RefreshAsync(tokens.RefreshToken!, _key.Prove("POST", "/token"));

        var next = await Hosting.Tokens.ReadAsync(refreshed);
        Assert.Equal("DPoP", tokens.TokenType);
        Assert.Equal("DPoP", next.TokenType);
        using var listing = await _host.ListAsync(next.AccessToken, _key.Prove("GET", "/api/products", next.AccessToken));
        Assert.Equal(HttpStatusCode.OK, listing.StatusCode);
    }

    [Fact]
    public async Task RefreshToken_WithoutTheKey_IsWorthNothing_AndIsNotUsedUp()
    {
        var tokens = await SignInAsync(_key);
        using var stranger = new ProofForge(_host);

        using var without = await _host.RefreshAsync(tokens.RefreshToken!);
        using var withAnother = await _host.RefreshAsync(tokens.RefreshToken!, stranger.Prove("POST", "/token"));
        using var right = await _host.RefreshAsync(tokens.RefreshToken!, _key.Prove("POST", "/token"));

        Assert.Equal("invalid_dpop_proof", await without.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
        Assert.Equal("invalid_dpop_proof", await withAnother.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
    }

    [Fact]
    public async Task RefreshToken_ThatIsNotBound_CannotBeBoundLater()
    {
        var tokens = await _host.SignInAsAsync("viewer");

        using var bound = await _host.RefreshAsync(tokens.RefreshToken!, _key.Prove("POST", "/token"));
        using var unbound = await _host.RefreshAsync(tokens.RefreshToken!);

        Assert.Equal("invalid_dpop_proof", await bound.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
        Assert.Equal("Bearer", (await Hosting.Tokens.ReadAsync(unbound)).TokenType);
    }

    [Fact]
    public async Task RefreshToken_ThatComesAgainWithinTheLeeway_NeedsTheKeyToo()
    {
        var tokens = await SignInAsync(_key);
        using var first = await _host.RefreshAsync(tokens.RefreshToken!, _key.Prove("POST", "/token"));

        using var without = await _host.RefreshAsync(tokens.RefreshToken!);
        using var with = await _host.RefreshAsync(tokens.RefreshToken!, _key.Prove("POST", "/token"));

        Assert.Equal("invalid_dpop_proof", await without.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
        Assert.Equal((await Hosting.Tokens.ReadAsync(first)).RefreshToken, (await Hosting.Tokens.ReadAsync(with)).RefreshToken);
    }

    [Fact]
    public async Task BrokenProof_AtSignIn_IsAProblemDocument()
    {
        await _host.AddUserAsync("ada", "viewer");

        using var response = await _host.AuthenticateAsync("ada", _key.Prove("GET", "/authenticate"));

        await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-dpop-proof");
        Assert.Contains("error=\"invalid_dpop_proof\"", Challenge(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BrokenProof_AtTheTokenEndpoint_IsAnOAuthError()
    {
        using var response = await _host.AskForClientTokenAsync(_key.Prove("GET", "/token"));

        Assert.Equal("invalid_dpop_proof", await response.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task ClientThatMustSendAProof_GetsNoTokenWithoutOne()
    {
        (string, string)[] form = [("grant_type", "client_credentials"), ("client_id", "bound-client"), ("client_secret", GatehouseHost.ClientSecret)];
        using var without = await _host.PostFormWithProofsAsync("/token", [], form);
        using var with = await _host.PostFormWithProofsAsync("/token", [_key.Prove("POST", "/token")], form);

        Assert.Equal("invalid_dpop_proof", await without.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
        Assert.Equal("DPoP", (await Hosting.Tokens.ReadAsync(with)).TokenType);
    }

    [Fact]
    public async Task FunctionThatNeedsABoundToken_TakesNoBearerToken()
    {
        var bearer = await _host.SignInAsAsync("viewer");
        using var response = await _host.SendAsync(HttpMethod.Post, "/me/password", bearer.AccessToken);
        using var elsewhere = await _host.GetAsync("/me", bearer.AccessToken);

        await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-token");
        Assert.Contains("Only an access token that is bound to a key", Challenge(response), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, elsewhere.StatusCode);
    }

    [Fact]
    public async Task RoleThatNeedsBoundTokens_GetsNoOthers_AndCanUseNoOthers()
    {
        await _host.AddUserAsync("root", "admin");
        using var without = await _host.AuthenticateAsync("root");
        using var with = await _host.AuthenticateAsync("root", _key.Prove("POST", "/authenticate"));
        var forge = await TokenForge.CreateAsync(_host);
        using var bearer = await _host.GetAsync("/api/products", forge.WithClaim("roles", new System.Text.Json.Nodes.JsonArray("admin")));

        await without.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-dpop-proof");
        Assert.Equal("DPoP", (await Hosting.Tokens.ReadAsync(with)).TokenType);
        await bearer.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-token");
    }

    [Fact]
    public async Task Introspection_TellsTheKey()
    {
        var token = await _host.FetchBoundTokenAsync(_key);

        using var response = await _host.PostFormAsync("/introspect", ("token", token), ("client_id", GatehouseHost.ClientId), ("client_secret", GatehouseHost.ClientSecret));

        var document = await response.ReadJsonAsync();
        Assert.Equal("DPoP", document.GetProperty("token_type").GetString());
        Assert.Equal(_key.Thumbprint, document.GetProperty("cnf").GetProperty("jkt").GetString());
    }

    [Fact]
    public async Task Discovery_TellsTheAlgorithms()
    {
        using var response = await _host.GetAsync("/.well-known/oauth-authorization-server");

        Assert.Equal(
            ["ES256", "PS256", "RS256"],
            (await response.ReadJsonAsync()).GetProperty("dpop_signing_alg_values_supported").EnumerateArray().Select(static value => value.GetString()));
    }

    private static string Challenge(HttpResponseMessage response) => string.Join(", ", response.Headers.GetValues("WWW-Authenticate"));

    private async Task<Hosting.Tokens> SignInAsync(ProofForge key)
    {
        await _host.AddUserAsync("ada", "viewer");
        using var response = await _host.AuthenticateAsync("ada", key.Prove("POST", "/authenticate"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await Hosting.Tokens.ReadAsync(response);
    }
}
