using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Issuers;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>The token itself, and the form that carries it.</summary>
public sealed class FederatedTokenTests : FederatedClientTest
{
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
        var signature = algorithm == "HS256" ? HMACSHA256.HashData(Workloads.Keys[0].PublicKey, Encoding.ASCII.GetBytes(content)) : [1, 2, 3];

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
}
