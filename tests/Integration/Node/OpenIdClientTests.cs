using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Tests.Integration.Node;

/// <summary>Clients that others wrote, unmodified, over real HTTP: openid-client, a certified OAuth client, and jose.</summary>
public sealed class OpenIdClientTests(ITestOutputHelper output)
{
    private const string SigningClient = "signing-client";
    private const string UserName = "ada";

    [Theory]
    [InlineData("client_secret_basic")]
    [InlineData("client_secret_post")]
    [InlineData("private_key_jwt")]
    public Task ClientCredentials_AreGranted_AndTheTokenIsVerifiedByTheKeySet(string method) => RunAsync("client_credentials", method);

    [Theory]
    [InlineData("client_secret_basic")]
    [InlineData("client_secret_post")]
    [InlineData("private_key_jwt")]
    public Task Tokens_AreIntrospectedAndRevoked(string method) => RunAsync("introspection_and_revocation", method);

    [Fact]
    public Task Sessions_AreRefreshed() => RunAsync("refresh", "client_secret_basic");

    [Theory]
    [InlineData("ES256", false)]
    [InlineData("ES256", true)]
    [InlineData("PS256", true)]
    [InlineData("RS256", true)]
    public Task ClientTokens_AreBoundByDPoP(string algorithm, bool requireNonce) => RunAsync("dpop", "client_secret_basic", algorithm, requireNonce);

    [Fact]
    public Task ClientTokens_AreBoundByDPoP_WithAnAssertionBesideTheProof() => RunAsync("dpop", "private_key_jwt", requireNonce: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Sessions_AreBoundByDPoP(bool requireNonce) => RunAsync("dpop_session", "client_secret_basic", requireNonce: requireNonce);

    private async Task RunAsync(string flow, string method, string algorithm = "ES256", bool requireNonce = false)
    {
        await NodePackages.EnsureInstalledAsync();
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var url = LoopbackServer.FindFreeUrl();
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions
        {
            Url = url,

            // Node has no other clock than the machine's.
            Time = new FakeTimeProvider(DateTimeOffset.UtcNow),
            Settings = new Dictionary<string, string?>
            {
                ["Protection:DPoP:RequireNonce"] = requireNonce.ToString(),
                ["Clients:0:Scopes"] = "samples:read tokens:introspect",
                ["Clients:1:Id"] = SigningClient,
                ["Clients:1:Scopes"] = "samples:read tokens:introspect",
                ["Clients:1:Jwks"] = new JsonObject { ["keys"] = new JsonArray(Jwk(ec, isPrivate: false)) }.ToJsonString(),
            },
        });
        await host.AddClientSecretAsync();
        await host.AddUserAsync(UserName, "reader");

        var result = await NodeProcess.RunAsync(
            "oauth-client.mjs",
            [flow, method],
            ("ISSUER", url),
            ("AUDIENCE", GatehouseHost.Audience),
            ("CLIENT_ID", method == "private_key_jwt" ? SigningClient : GatehouseHost.ClientId),
            ("CLIENT_SECRET", GatehouseHost.ClientSecret),
            ("CLIENT_KEY", Jwk(ec, isPrivate: true).ToJsonString()),
            ("USERNAME", UserName),
            ("PASSWORD", GatehouseHost.Password),
            ("DPOP_ALGORITHM", algorithm));

        output.WriteLine(result.Output);
        Assert.True(result.ExitCode == 0 && result.Output.StartsWith("ok ", StringComparison.Ordinal), result.Output + result.Errors);
    }

    private static JsonObject Jwk(ECDsa ec, bool isPrivate)
    {
        var key = ec.ExportParameters(isPrivate);
        var jwk = new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = "key", ["x"] = Base64UrlEncoder.Encode(key.Q.X), ["y"] = Base64UrlEncoder.Encode(key.Q.Y) };
        if (isPrivate)
        {
            jwk["d"] = Base64UrlEncoder.Encode(key.D);
        }

        return jwk;
    }
}
