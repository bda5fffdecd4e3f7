using System.Net;
using System.Text.Json.Nodes;
using Gatehouse.Protection;
using Gatehouse.Protection.Issuers;
using Gatehouse.Protection.Telemetry;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.Issuers;

/// <summary>When a trusted issuer is asked for its keys, and what becomes of tokens when it doesn't answer as it should.</summary>
public sealed class IssuerKeysTests : IssuerTest
{
    [Fact]
    public async Task Keys_AreReadOnce_WithTheFirstToken()
    {
        var host = await StartAsync();
        Assert.Empty(Network.Requests);

        for (var i = 0; i < 3; i++)
        {
            await AssertStatusAsync(host, Issuer.CreateToken(claims => claims["jti"] = $"{i}"), HttpStatusCode.OK);
        }

        Assert.Equal([Issuer.DiscoveryAddress, Issuer.KeysAddress], Network.Requests);
    }

    [Fact]
    public async Task EachReading_IsMeasured_ByTheHostAndItsOutcome()
    {
        var host = await StartAsync();
        using var duration = host.Listen<double>(MetricNames.DependencyDuration);
        var token = Issuer.CreateToken();
        await AssertStatusAsync(host, token, HttpStatusCode.OK);
        foreach (var status in new[] { HttpStatusCode.Redirect, HttpStatusCode.TooManyRequests })
        {
            Network.Fault = (_, _) => Task.FromResult(new HttpResponseMessage(status));
            Time.Advance(TimeSpan.FromHours(25));
            await AssertRefusedAsync(host, token, "expired");
        }

        Network.GoAway();
        Time.Advance(TimeSpan.FromHours(25));
        await AssertRefusedAsync(host, token, "expired");

        const string Reading = "dependency=issuer operation=GET issuer.example outcome=";
        Assert.Equal(
            [Reading + "ok", Reading + "ok", Reading + "failed", Reading + "throttled", Reading + "unreachable"],
            duration.Attributes().Where(static call => call.StartsWith("dependency=issuer", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task FloodOfInventedKeyIds_CostsTheIssuerOneRequest()
    {
        var host = await StartAsync();
        await AssertStatusAsync(host, Issuer.CreateToken(), HttpStatusCode.OK);

        await Parallel.ForAsync(0, 200, TestContext.Current.CancellationToken, async (i, _) =>
            await AssertRefusedAsync(host, Issuer.CreateToken(changeHeader: header => header["kid"] = $"invented-{i}"), "signed with an unknown key"));

        // One to begin with, and one look for all of the two hundred.
        Assert.Equal(2, Network.Requests.Count(address => address == Issuer.KeysAddress));
    }

    [Theory]
    [InlineData("HS256")]
    [InlineData("none")]
    [InlineData("EdDSA")]
    [InlineData("RS384")]
    public async Task UnknownKey_ForAnAlgorithmThatIsNotAccepted_CausesNoRequest(string algorithm)
    {
        var host = await StartAsync();
        await AssertStatusAsync(host, Issuer.CreateToken(), HttpStatusCode.OK);

        await AssertRefusedAsync(
            host,
            Issuer.CreateToken(changeHeader: header =>
            {
                header["alg"] = algorithm;
                header["kid"] = "invented";
            }),
            "signed with an unknown key");

        Assert.Equal([Issuer.DiscoveryAddress, Issuer.KeysAddress], Network.Requests);
    }

    [Fact]
    public async Task NewKey_IsFoundByItsId_ButNotMoreThanOnceInThirtySeconds()
    {
        var host = await StartAsync();
        await AssertStatusAsync(host, Issuer.CreateToken(), HttpStatusCode.OK);

        Issuer.Keys.Add(IssuerKey.OtherRsa());
        await AssertStatusAsync(host, Issuer.CreateToken(key: Issuer.Keys[1]), HttpStatusCode.OK);

        Issuer.Keys.Add(IssuerKey.Ec());
        var token = Issuer.CreateToken(key: Issuer.Keys[2], algorithm: "ES256");
        await AssertRefusedAsync(host, token, "signed with an unknown key");

        Time.Advance(IssuerKeySource.UnknownKeyInterval);
        await AssertStatusAsync(host, token, HttpStatusCode.OK);
    }

    [Fact]
    public async Task WithdrawnKey_VerifiesNoTokens_NotEvenRememberedOnes()
    {
        var host = await StartAsync();
        var token = Issuer.CreateToken();
        await AssertStatusAsync(host, token, HttpStatusCode.OK);

        Issuer.Keys[0] = IssuerKey.OtherRsa();
        await AssertStatusAsync(host, Issuer.CreateToken(), HttpStatusCode.OK);

        await AssertRefusedAsync(host, token, "signed with an unknown key");
    }

    [Fact]
    public async Task RememberedToken_SameKeysReadAgain_StaysRemembered()
    {
        var host = await StartAsync();
        var token = Issuer.CreateToken();
        await AssertStatusAsync(host, token, HttpStatusCode.OK);
        await AssertRefusedAsync(host, Issuer.CreateToken(changeHeader: static header => header["kid"] = "invented"), "signed with an unknown key");

        var verification = await host.Services.GetRequiredService<TokenVerifier>().VerifyAsync(token, TestContext.Current.CancellationToken);

        Assert.Equal(2, Network.Requests.Count(address => address == Issuer.KeysAddress));
        Assert.True(verification.IsRemembered);
    }

    [Fact]
    public async Task UnreachableIssuer_KnownKeysStayInUse()
    {
        var host = await StartAsync();
        await AssertStatusAsync(host, Issuer.CreateToken(), HttpStatusCode.OK);
        Network.GoAway();

        for (var i = 0; i < 3; i++)
        {
            Time.Advance(TimeSpan.FromHours(20));
            await AssertStatusAsync(host, Issuer.CreateToken(), HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task IssuerNeverReached_Is503_IsReported_AndOwnTokensStayAccepted()
    {
        Network.GoAway();
        var host = await StartAsync();
        var own = await TokenForge.CreateAsync(host);

        await AssertUnavailableAsync(host);
        await AssertStatusAsync(host, own.WithClaim("jti", "own"), HttpStatusCode.OK);
        using (var ready = await host.GetAsync("/health/ready"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            Assert.Contains("Protection:TrustedIssuers:0", (await ready.ReadJsonAsync()).GetProperty("checks").GetProperty("issuers").GetString(), StringComparison.Ordinal);
        }

        Network.ComeBack();
        Time.Advance(TimeSpan.FromSeconds(30));
        await AssertStatusAsync(host, Issuer.CreateToken(), HttpStatusCode.OK);
        using var readyAgain = await host.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.OK, readyAgain.StatusCode);
    }

    [Theory]
    [InlineData("https://issuer.example")]
    [InlineData("https://other.example/")]
    public async Task DiscoveryDocumentOfAnotherIssuer_IsRejected(string name)
    {
        Issuer.Discovery["issuer"] = name;
        var host = await StartAsync();

        await AssertUnavailableAsync(host);
        Assert.Contains(name, FindLoggedFailure(host), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://keys.example/keys")]
    [InlineData("http://localhost/keys")]
    [InlineData("file:///etc/passwd")]
    [InlineData("keys")]
    public async Task KeySetUrlWithoutHttps_IsNotFetched(string address)
    {
        Issuer.Discovery["jwks_uri"] = address;
        var host = await StartAsync();

        await AssertUnavailableAsync(host);
        Assert.Equal([Issuer.DiscoveryAddress], Network.Requests);
        Assert.Contains("not an https URL", FindLoggedFailure(host), StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeySetOnAnotherHost_IsFetchedOverHttps()
    {
        // Google's is not where its issuer is.
        Issuer.Discovery["jwks_uri"] = "https://keys.example/v3/certs";
        Network.Publish("https://keys.example/v3/certs", () => new JsonObject { ["keys"] = new JsonArray(Issuer.Keys[0].ToJwk()) }.ToJsonString());
        var host = await StartAsync();

        await AssertStatusAsync(host, Issuer.CreateToken(), HttpStatusCode.OK);
    }

    [Fact]
    public async Task SlowIssuer_IsGivenUp_AfterTenSeconds()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Network.Fault = async (_, cancellationToken) =>
        {
            arrived.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            throw new InvalidOperationException("It was not given up.");
        };
        var host = await StartAsync();

        var answer = AssertUnavailableAsync(host);
        await arrived.Task;
        Assert.False(answer.IsCompleted);
        Time.Advance(TimeSpan.FromSeconds(10));

        await answer;
    }

    [Theory]
    [InlineData("{\"keys\":[]}")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("<html></html>")]
    public async Task KeySetWithoutKeys_IsRejected(string document)
    {
        Network.Publish(Issuer.KeysAddress, () => document);
        var host = await StartAsync();

        await AssertUnavailableAsync(host);
    }

    [Fact]
    public async Task SharedSecretInTheKeySet_IsIgnored()
    {
        var secret = new JsonObject { ["kty"] = "oct", ["kid"] = "secret", ["k"] = TokenForge.Encode(new byte[32]) };
        Network.Publish(Issuer.KeysAddress, () => new JsonObject { ["keys"] = new JsonArray(secret.DeepClone(), Issuer.Keys[0].ToJwk()) }.ToJsonString());
        var host = await StartAsync();
        var header = new JsonObject { ["alg"] = "HS256", ["kid"] = "secret", ["typ"] = "at+jwt" };

        await AssertRefusedAsync(
            host,
            TokenForge.Sign(header.ToJsonString(), Issuer.Claims().ToJsonString(), static content => System.Security.Cryptography.HMACSHA256.HashData(new byte[32], content)),
            "signed with an unknown key");
    }

    private async Task AssertUnavailableAsync(GatehouseHost host)
    {
        using var response = await host.ReadSamplesAsync(Issuer.CreateToken());
        await response.ReadProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
        Assert.Equal(TimeSpan.FromSeconds(10), response.Headers.RetryAfter?.Delta);
    }

    private static string FindLoggedFailure(GatehouseHost host) =>
        host.Logs.GetSnapshot().Single(static entry => entry.Id.Id == 1600).Exception!.ToString();
}
