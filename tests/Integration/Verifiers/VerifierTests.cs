using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using Gatehouse.Keys;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Node;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gatehouse.Tests.Integration.Verifiers;

/// <summary>Libraries of other stacks, unmodified, verify Gatehouse's tokens with nothing but its URL, before and after its key changes.</summary>
public sealed class VerifierTests
{
    // Never waited for when all is well: a verifier learns a new key by the first tokens that it signs.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task AspNetCore_MicrosoftIdentityWeb_AndOpenIddict_AcceptTokens_ThroughARotation()
    {
        await using var host = await StartHostAsync();
        await using var app = await VerifierApp.StartAsync(IssuerOf(host), GatehouseHost.Audience);

        await AssertVerifiesAsync(host, app.Urls.First(), VerifierApp.JwtBearer, VerifierApp.MicrosoftIdentityWeb, VerifierApp.OpenIddict);
    }

    [Fact]
    public async Task ExpressOauth2JwtBearer_JwksRsa_Jose_AndOauth4Webapi_AcceptTokens_ThroughARotation()
    {
        await using var host = await StartHostAsync();
        await using var process = await NodeProcess.StartAsync("verifiers.mjs", [IssuerOf(host), GatehouseHost.Audience]);
        var line = await process.WaitForOutputAsync("listening ");

        await AssertVerifiesAsync(host, line["listening ".Length..], "express-oauth2-jwt-bearer", "jwks-rsa", "jose", "oauth4webapi");
    }

    private static async Task AssertVerifiesAsync(GatehouseHost host, string url, params string[] verifiers)
    {
        using var client = new HttpClient { BaseAddress = new Uri(url) };
        var before = await GetTokenAsync(host);
        var foreign = (await TokenForge.CreateAsync(host)).WithClaim("aud", "another");
        foreach (var verifier in verifiers)
        {
            Assert.Equal((verifier, HttpStatusCode.OK), (verifier, await SendAsync(client, verifier, before)));
            Assert.Equal((verifier, HttpStatusCode.Unauthorized), (verifier, await SendAsync(client, verifier, foreign)));
        }

        await RotateAsync(host);
        var after = await GetTokenAsync(host);
        Assert.NotEqual(new JsonWebToken(before).Kid, new JsonWebToken(after).Kid);
        foreach (var verifier in verifiers)
        {
            Assert.True(await IsAcceptedAsync(client, verifier, after), $"{verifier} does not learn the new key.");
            Assert.Equal((verifier, HttpStatusCode.OK), (verifier, await SendAsync(client, verifier, before)));
        }
    }

    // Libraries that read the key set in the background refuse the first tokens of a key that was never announced.
    private static async Task<bool> IsAcceptedAsync(HttpClient client, string verifier, string token)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (!patience.IsCancellationRequested)
        {
            if (await SendAsync(client, verifier, token) == HttpStatusCode.OK)
            {
                return true;
            }
        }

        return false;
    }

    private static async Task<HttpStatusCode> SendAsync(HttpClient client, string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    // A not-before date of now: the new key signs at once, without an announcement.
    private static async Task RotateAsync(GatehouseHost host)
    {
        // Of two keys that begin at once, neither replaces the other.
        host.Time.Advance(TimeSpan.FromSeconds(1));
        using var rsa = RSA.Create(2048);
        var now = host.Time.GetUtcNow().ToUnixTimeSeconds();
        var bundle = new SecretBundle { Value = rsa.ExportPkcs8PrivateKeyPem(), ContentType = "application/x-pem-file", Attributes = new SecretBundleAttributes { Created = now, NotBefore = now } };
        await host.Services.GetRequiredService<FileSecretSource>().AddVersionAsync("jwt-signing-key", bundle, TestContext.Current.CancellationToken);
        await host.Services.GetRequiredService<KeyRing>().GetForUnknownKeyAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<string> GetTokenAsync(GatehouseHost host)
    {
        using var response = await host.PostFormAsync("/token", ("grant_type", "client_credentials"), ("client_id", GatehouseHost.ClientId), ("client_secret", GatehouseHost.ClientSecret));
        return (await Hosting.Tokens.ReadAsync(response)).AccessToken;
    }

    private static string IssuerOf(GatehouseHost host) => host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);

    private static async Task<GatehouseHost> StartHostAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        listener.Stop();

        // The verifiers have no other clock than the machine's.
        return await GatehouseHost.StartAsync(new GatehouseHostOptions { Url = url, Time = new FakeTimeProvider(DateTimeOffset.UtcNow), HasClientSecret = true });
    }
}
