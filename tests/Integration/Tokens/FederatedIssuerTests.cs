using System.Net;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>The documents and keys of the issuer.</summary>
public sealed class FederatedIssuerTests : FederatedClientTest
{
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
        Assert.Equal([Workloads.DiscoveryAddress, Workloads.KeysAddress], Network.Requests);
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
        var host = await StartClientAsync(("JwksUri", Workloads.KeysAddress));

        using var response = await PostAsync(host, Create());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([Workloads.KeysAddress], Network.Requests);
    }

    [Fact]
    public async Task DocumentOfAnotherIssuer_IsNotBelieved()
    {
        Workloads.Discovery["issuer"] = "https://another.example";
        var host = await StartClientAsync();

        using var response = await PostAsync(host, Create());

        Assert.Equal("temporarily_unavailable", await response.ReadOAuthErrorAsync(HttpStatusCode.ServiceUnavailable));
    }
}
