using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Issuers;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>Clients that authenticate by a token of another issuer, here of GitHub Actions (RFC 7523 §2.2).</summary>
public sealed class FederatedClientTests : IssuerTest
{
    private const string Platform = "GitHub Actions";
    private const string GitHub = "https://token.actions.githubusercontent.com";
    private const string Client = "importer";
    private const string Audience = "https://api.example.com";
    private const string Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private readonly StandInIssuer _gitHub;

    public FederatedClientTests() => _gitHub = new StandInIssuer(Network, Time, GitHub);

    [Fact]
    public async Task Workload_GetsATokenOfItsClient()
    {
        var host = await StartClientAsync();

        using var response = await PostAsync(host, Create());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var token = new JsonWebToken((await Hosting.Tokens.ReadAsync(response)).AccessToken);
        Assert.Equal((Client, Client, "samples:read tokens:introspect"), (token.Subject, token.GetClaim("client_id").Value, token.GetClaim("scope").Value));
        await AssertStatusAsync(host, token.EncodedToken, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Workload_IntrospectsAndRevokes()
    {
        var host = await StartClientAsync();
        using var granted = await PostAsync(host, Create());
        var token = (await Hosting.Tokens.ReadAsync(granted)).AccessToken;

        using var introspected = await host.PostFormAsync("/introspect", [("token", token), .. Fields(Create())]);
        using var revoked = await host.PostFormAsync("/revoke", [("token", token), .. Fields(Create())]);

        Assert.True((await introspected.ReadJsonAsync()).GetProperty("active").GetBoolean());
        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        await AssertStatusAsync(host, token, HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("sub", "repo:fork-owner/your-repo:environment:production", "wrong_subject")]
    [InlineData("sub", "repo:your-org/another-repo:environment:production", "wrong_subject")]
    [InlineData("sub", "repo:your-org/your-repo:environment:staging", "wrong_subject")]
    [InlineData("sub", "repo:your-org/your-repo:ref:refs/heads/main", "wrong_subject")]
    [InlineData("sub", "repo:your-org/your-repo:pull_request", "wrong_subject")]
    [InlineData("sub", "repo:your-org/your-repo:environment:production-2", "wrong_subject")]
    [InlineData("sub", "REPO:your-org/your-repo:environment:production", "wrong_subject")]
    [InlineData("sub", null, "wrong_subject")]
    [InlineData("repository_id", "987654321", "wrong_claim")]
    [InlineData("repository_id", null, "wrong_claim")]
    [InlineData("ref", "refs/heads/feature", "wrong_claim")]
    [InlineData("ref", "refs/heads/main refs/heads/feature", "wrong_claim")]
    [InlineData("ref", "refs/tags/main", "wrong_claim")]
    [InlineData("iss", "https://token.actions.githubusercontent.com/another-enterprise", "wrong_issuer")]
    [InlineData("iss", "https://issuer.example", "wrong_issuer")]
    [InlineData("iss", null, "wrong_issuer")]
    [InlineData("aud", "https://github.com/your-org", "wrong_audience")]
    [InlineData("aud", "https://api.example.com/", "wrong_audience")]
    [InlineData("aud", null, "wrong_audience")]
    [InlineData("exp", null, "not_current")]
    [InlineData("exp", "later", "not_current")]
    [InlineData("nbf", "now", "not_current")]
    public async Task AnotherClaim_IsRefused(string claim, string? value, string reason)
    {
        var host = await StartClientAsync();

        await AssertNotGrantedAsync(host, With(claim, value), reason);
    }

    [Theory]
    [InlineData("aud", """["https://api.example.com","https://another.example"]""", "wrong_audience")]
    [InlineData("aud", "[]", "wrong_audience")]
    [InlineData("sub", """["repo:your-org/your-repo:environment:production"]""", "wrong_subject")]
    [InlineData("ref", """["refs/heads/main"]""", "wrong_claim")]
    [InlineData("repository_id", "123456789", "wrong_claim")]
    [InlineData("cnf", """{"jkt":"k"}""", "wrong_claim")]
    [InlineData("exp", "null", "not_current")]
    [InlineData("nbf", "null", "not_current")]
    public async Task ClaimOfAnotherShape_IsRefused(string claim, string json, string reason)
    {
        var host = await StartClientAsync();

        await AssertNotGrantedAsync(host, Create(claims => claims[claim] = JsonNode.Parse(json)), reason);
    }

    [Theory]
    [InlineData("exp", -30)]
    [InlineData("exp", 7231)]
    [InlineData("nbf", 31)]
    [InlineData("iat", -7000)]
    public async Task TokenThatIsNotCurrent_OrLivesTooLong_IsRefused(string claim, int seconds)
    {
        var host = await StartClientAsync();

        await AssertNotGrantedAsync(host, With(claim, Time.GetUtcNow().ToUnixTimeSeconds() + seconds), "not_current");
    }

    [Fact]
    public async Task UsedToken_IsRefused_AndSoIsAnotherWithItsId()
    {
        var host = await StartClientAsync();
        var assertion = Create();
        using var first = await PostAsync(host, assertion);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);

        await AssertNotGrantedAsync(host, assertion, "replayed");
        var id = new JsonWebToken(assertion).Id;
        await AssertNotGrantedAsync(host, Create(claims => (claims["jti"], claims["run_id"]) = (id, "2")), "replayed");
    }

    [Fact]
    public async Task UsedTokenWithoutId_IsRefused_AndAnotherIsAccepted()
    {
        var host = await StartClientAsync();
        var assertion = With("jti", null);
        using var first = await PostAsync(host, assertion);
        using var another = await PostAsync(host, Create(static claims => (claims["jti"], claims["run_id"]) = (null, "2")));

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, another.StatusCode);
        await AssertNotGrantedAsync(host, assertion, "replayed");
    }

    [Fact]
    public async Task RefusedToken_IsNotUsedUp()
    {
        var host = await StartClientAsync();
        var assertion = Create();
        await AssertNotGrantedAsync(host, Create(claims => claims["jti"] = new JsonWebToken(assertion).Id, key: IssuerKey.OtherRsa("one")), "wrong_signature");

        using var response = await PostAsync(host, assertion);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task ReusableToken_IsAcceptedUntilItExpires()
    {
        var host = await StartClientAsync(("Reusable", "true"));
        var assertion = Create();
        using var first = await PostAsync(host, assertion);
        Time.Advance(TimeSpan.FromMinutes(5));
        using var later = await PostAsync(host, assertion);
        Time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
        await AssertNotGrantedAsync(host, assertion, "not_current");
    }

    [Fact]
    public async Task MaxLifetime_BoundsTheLifeOfAToken()
    {
        var host = await StartClientAsync(("Reusable", "true"), ("MaxLifetime", "00:04:59"));

        await AssertNotGrantedAsync(host, Create(), "not_current");
    }

    [Fact]
    public async Task KeyThatTheIssuerDoesNotPublish_IsRefused()
    {
        var host = await StartClientAsync();

        await AssertNotGrantedAsync(host, Create(key: IssuerKey.OtherRsa("unpublished")), "unknown_key");
        await AssertNotGrantedAsync(host, Create(key: IssuerKey.OtherRsa("one")), "wrong_signature");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("RS384")]
    public async Task AnotherAlgorithm_IsRefused(string algorithm)
    {
        var host = await StartClientAsync();
        var shape = Create(changeHeader: header => header["alg"] = algorithm);
        var content = shape[..shape.LastIndexOf('.')];
        var signature = algorithm == "HS256" ? HMACSHA256.HashData(_gitHub.Keys[0].PublicKey, Encoding.ASCII.GetBytes(content)) : [1, 2, 3];

        await AssertNotGrantedAsync(host, $"{content}.{TokenForge.Encode(signature)}", "wrong_algorithm");
    }

    [Theory]
    [InlineData("dpop+jwt")]
    [InlineData("at+jwt")]
    [InlineData("logout+jwt")]
    public async Task AnotherKindOfToken_IsRefused(string type)
    {
        var host = await StartClientAsync();

        await AssertNotGrantedAsync(host, Create(changeHeader: header => header["typ"] = type), "malformed");
    }

    [Theory]
    [InlineData("a.b")]
    [InlineData("e30.e30.e30")]
    [InlineData("e30.eyJcdWQ4MDAiOjF9.e30")]
    public async Task BrokenToken_IsRefused(string assertion)
    {
        var host = await StartClientAsync();

        await AssertNotGrantedAsync(host, assertion);
    }

    [Fact]
    public async Task TokenAboveTheLimit_IsRefused()
    {
        var host = await StartClientAsync();

        await AssertNotGrantedAsync(host, With("workflow", new string('w', 13_000)), "malformed");
    }

    [Fact]
    public async Task ClientId_IsRequired()
    {
        var host = await StartClientAsync();

        using var response = await host.PostFormAsync("/token", ("grant_type", "client_credentials"), ("client_assertion_type", Type), ("client_assertion", Create()));

        Assert.Equal("invalid_client", await response.ReadOAuthErrorAsync(HttpStatusCode.Unauthorized));
    }

    [Theory]
    [InlineData(GatehouseHost.ClientId)]
    [InlineData("nobody")]
    public async Task TokenForAnotherClient_IsRefused(string client)
    {
        var host = await StartClientAsync();

        using var response = await PostAsync(host, Create(), client);

        Assert.Equal("invalid_client", await response.ReadOAuthErrorAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task TokenBesideASecret_IsRefused()
    {
        var host = await StartClientAsync();

        using var response = await host.PostFormAsync("/token", [("grant_type", "client_credentials"), ("client_secret", "x"), .. Fields(Create())]);

        Assert.Equal("invalid_request", await response.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task Secret_InsteadOfTheToken_IsRefused()
    {
        var host = await StartClientAsync();

        using var response = await host.PostFormAsync("/token", ("grant_type", "client_credentials"), ("client_id", Client), ("client_secret", Create()));

        Assert.Equal("invalid_client", await response.ReadOAuthErrorAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task TokenOfAnotherType_IsRefused()
    {
        var host = await StartClientAsync();

        using var response = await host.PostFormAsync(
            "/token", ("grant_type", "client_credentials"), ("client_id", Client), ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"), ("client_assertion", Create()));

        Assert.Equal("invalid_client", await response.ReadOAuthErrorAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task NestedClaim_IsCompared()
    {
        var host = await StartClientAsync(("Claims:kubernetes.io.serviceaccount.uid", "3"));

        using var same = await PostAsync(host, WithAccount("3"));

        Assert.Equal(HttpStatusCode.OK, same.StatusCode);
        await AssertNotGrantedAsync(host, WithAccount("4"), "wrong_claim");
    }

    [Fact]
    public async Task IssuersDocuments_AreReadOnce_ForAllItsClients_AndNotForAnotherWorkload()
    {
        var host = await StartWithAsync(Settings(1, Client, "production").Concat(Settings(2, "checker", "staging")).ToDictionary());
        await AssertNotGrantedAsync(host, With("sub", "repo:fork-owner/your-repo:environment:production"), "wrong_subject");
        Assert.Empty(Network.Requests);

        using var production = await PostAsync(host, Create());
        using var staging = await PostAsync(host, With("sub", "repo:your-org/your-repo:environment:staging"), "checker");

        Assert.Equal(HttpStatusCode.OK, production.StatusCode);
        Assert.Equal(HttpStatusCode.OK, staging.StatusCode);
        Assert.Equal([_gitHub.DiscoveryAddress, _gitHub.KeysAddress], Network.Requests);
    }

    [Fact]
    public async Task IssuerThatWasNeverReached_IsUnavailable_AndOneThatGoesAwayLaterIsNot()
    {
        var host = await StartClientAsync();
        Network.GoAway();
        using var early = await PostAsync(host, Create());
        Assert.Equal("temporarily_unavailable", await early.ReadOAuthErrorAsync(HttpStatusCode.ServiceUnavailable));

        Network.ComeBack();
        Time.Advance(TimeSpan.FromMinutes(1));
        using var first = await PostAsync(host, Create());
        Network.GoAway();
        Time.Advance(TimeSpan.FromHours(2));
        using var later = await PostAsync(host, Create());

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
    }

    [Fact]
    public async Task JwksUri_ReplacesTheDiscoveryDocument()
    {
        var host = await StartClientAsync(("JwksUri", _gitHub.KeysAddress));

        using var response = await PostAsync(host, Create());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([_gitHub.KeysAddress], Network.Requests);
    }

    [Fact]
    public async Task DocumentOfAnotherIssuer_IsNotBelieved()
    {
        _gitHub.Discovery["issuer"] = "https://another.example";
        var host = await StartClientAsync();

        using var response = await PostAsync(host, Create());

        Assert.Equal("temporarily_unavailable", await response.ReadOAuthErrorAsync(HttpStatusCode.ServiceUnavailable));
    }

    [Fact]
    public async Task Logs_HoldNoPartOfTheToken()
    {
        var host = await StartClientAsync();
        var good = Create();
        var bad = With("ref", "refs/heads/feature");
        using var accepted = await PostAsync(host, good);
        await AssertNotGrantedAsync(host, bad, "wrong_claim");

        Assert.All(host.Logs.GetSnapshot(), record => Assert.All(
            [.. good.Split('.'), .. bad.Split('.')],
            part => Assert.DoesNotContain(part, record.Message + record.Exception + JsonSerializer.Serialize(record.StructuredState), StringComparison.Ordinal)));
    }

    private Task<GatehouseHost> StartClientAsync(params (string Name, string Value)[] identity) =>
        StartWithAsync(Settings(1, Client, "production").Concat(identity.Select(static setting => KeyValuePair.Create("Clients:1:Federated:" + setting.Name, (string?)setting.Value))).ToDictionary());

    private static Dictionary<string, string?> Settings(int place, string client, string environment) => new()
    {
        [$"Clients:{place}:Id"] = client,
        [$"Clients:{place}:Scopes"] = "samples:read tokens:introspect",
        [$"Clients:{place}:Federated:Issuer"] = GitHub,
        [$"Clients:{place}:Federated:Subject"] = $"repo:your-org/your-repo:environment:{environment}",
        [$"Clients:{place}:Federated:Audience"] = Audience,
        [$"Clients:{place}:Federated:Claims:repository_id"] = "123456789",
        [$"Clients:{place}:Federated:Claims:ref"] = "refs/heads/main",
    };

    private string Create(Action<JsonObject>? change = null, Action<JsonObject>? changeHeader = null, IssuerKey? key = null) => WorkloadTokens.Create(
        _gitHub,
        Platform,
        Time.GetUtcNow(),
        claims =>
        {
            claims["jti"] = Guid.NewGuid().ToString();
            change?.Invoke(claims);
        },
        changeHeader,
        key);

    private string With(string claim, JsonNode? value) => Create(claims =>
    {
        claims.Remove(claim);
        if (value is not null)
        {
            claims[claim] = value;
        }
    });

    private string WithAccount(string uid) => With("kubernetes.io", new JsonObject { ["serviceaccount"] = new JsonObject { ["uid"] = uid } });

    private static (string Name, string Value)[] Fields(string assertion, string client = Client) => [("client_id", client), ("client_assertion_type", Type), ("client_assertion", assertion)];

    private static Task<HttpResponseMessage> PostAsync(GatehouseHost host, string assertion, string client = Client) =>
        host.PostFormAsync("/token", [("grant_type", "client_credentials"), .. Fields(assertion, client)]);

    private static async Task AssertNotGrantedAsync(GatehouseHost host, string assertion, string? reason = null)
    {
        using var response = await PostAsync(host, assertion);

        Assert.Equal("invalid_client", await response.ReadOAuthErrorAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("private_key_jwt realm=\"gatehouse\"", response.Headers.WwwAuthenticate.ToString());
        if (reason is not null)
        {
            Assert.Contains(host.Logs.GetSnapshot(), record => record.Message.StartsWith($"Client authentication failed: client {Client}, reason {reason},", StringComparison.Ordinal));
        }
    }
}
