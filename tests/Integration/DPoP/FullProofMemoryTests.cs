using System.Net;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.DPoP;

/// <summary>What callers see when an instance can't remember one more proof.</summary>
public sealed class FullProofMemoryTests
{
    private const int Capacity = 1_000;

    [Fact]
    public async Task FullMemory_RefusesNewProofs_AndForgetsNone_UntilTheyExpire()
    {
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions
        {
            Settings = new Dictionary<string, string?> { ["Protection:DPoP:RememberedProofs"] = $"{Capacity}" },
        });
        await host.AddClientSecretAsync();
        using var key = new ProofForge(host);
        var token = await host.FetchBoundTokenAsync(key);
        var first = key.Prove("GET", "/samples", token);
        Assert.Equal(HttpStatusCode.OK, await ListAsync(host, token, first));
        for (var proof = 2; proof < Capacity; proof++)
        {
            Assert.Equal(HttpStatusCode.OK, await ListAsync(host, token, key.Prove("GET", "/samples", token)));
        }

        using (var refused = await host.ReadSamplesWithProofsAsync(token, key.Prove("GET", "/samples", token)))
        {
            await refused.ReadProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
            Assert.Equal(TimeSpan.FromSeconds(10), refused.Headers.RetryAfter?.Delta);
        }

        using (var noToken = await host.AskForClientTokenAsync(key.Prove("POST", "/token")))
        {
            Assert.Equal("temporarily_unavailable", await noToken.ReadOAuthErrorAsync(HttpStatusCode.ServiceUnavailable));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await ListAsync(host, token, first));
        host.Time.Advance(TimeSpan.FromSeconds(121));
        Assert.Equal(HttpStatusCode.OK, await ListAsync(host, token, key.Prove("GET", "/samples", token)));
    }

    private static async Task<HttpStatusCode> ListAsync(GatehouseHost host, string token, string proof)
    {
        using var response = await host.ReadSamplesWithProofsAsync(token, proof);
        return response.StatusCode;
    }
}
