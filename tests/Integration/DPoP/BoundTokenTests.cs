using System.Net;
using Gatehouse.Tests.Integration.Hosting;
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
            ["Clients:0:Scopes"] = "samples:read tokens:introspect",
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
    public async Task RequestWithAProofButNoToken_IsChallengedForEitherKind()
    {
        using var response = await Host.SendWithProofsAsync(HttpMethod.Get, "/samples", "DPoP", content: null);
        using var withProof = await Host.SendWithProofsAsync(HttpMethod.Get, "/samples", authorization: null, content: null, _key.Prove("GET", "/samples"));

        Assert.Equal(
            $"Bearer realm=\"{GatehouseHost.Audience}\", resource_metadata=\"{GatehouseHost.Issuer}/.well-known/oauth-protected-resource\", DPoP realm=\"{GatehouseHost.Audience}\", algs=\"ES256 PS256 RS256\", resource_metadata=\"{GatehouseHost.Issuer}/.well-known/oauth-protected-resource\"",
            Challenge(response));
        Assert.Equal(Challenge(response), Challenge(withProof));
    }

    [Fact]
    public async Task RequestWithoutAnythingOfDPoP_IsChallengedForABearerToken()
    {
        using var response = await Host.ReadSamplesAsync();

        Assert.Equal($"Bearer realm=\"{GatehouseHost.Audience}\", resource_metadata=\"{GatehouseHost.Issuer}/.well-known/oauth-protected-resource\"", Challenge(response));
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
