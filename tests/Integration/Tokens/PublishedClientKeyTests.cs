using System.Net;
using Gatehouse.Protection.Telemetry;
using Gatehouse.Tests.Integration.DPoP;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Telemetry;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>Clients that publish their keys at a URL.</summary>
public sealed class PublishedClientKeyTests : PrivateKeyJwtTest
{
    [Fact]
    public async Task PublishedKeys_AreFetchedOnce_AndAgainForANewKey_ButNotForEachInventedOne()
    {
        using var first = await PostAsync(Key.Sign(Header("first", null), Claims("publishing-client")));
        using var again = await PostAsync(Key.Sign(Header("first", null), Claims("publishing-client")));
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(1, Published.Reads);

        using var next = new ProofForge(() => Host.Time);
        Published.Publish(WithKid(next, "second"));
        using var rotated = await PostAsync(next.Sign(Header("second", null), Claims("publishing-client")));
        Assert.Equal(HttpStatusCode.OK, rotated.StatusCode);
        Assert.Equal(2, Published.Reads);

        for (var i = 0; i < 3; i++)
        {
            await AssertRefusedAsync(next.Sign(Header("invented-" + i, null), Claims("publishing-client")), "unknown_key");
        }

        Assert.Equal(2, Published.Reads);
    }

    [Fact]
    public async Task PublishedKeys_AreMeasured_WhenTheyAreRead()
    {
        using var duration = Host.Listen<double>(MetricNames.DependencyDuration);
        using var response = await PostAsync(Key.Sign(Header("first", null), Claims("publishing-client")));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("dependency=client_keys operation=GET 127.0.0.1 outcome=ok", duration.Attributes());
    }

    [Fact]
    public async Task PublishedKeys_NoLongerReadable_StayValid()
    {
        using var first = await PostAsync(Key.Sign(Header("first", null), Claims("publishing-client")));
        Published.IsAway = true;
        Host.Time.Advance(TimeSpan.FromHours(2));

        using var later = await PostAsync(Key.Sign(Header("first", null), Claims("publishing-client")));

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
    }

    [Fact]
    public async Task PublishedKeys_NeverRead_AreUnavailable()
    {
        Published.IsAway = true;

        using var response = await PostAsync(Key.Sign(Header("first", null), Claims("publishing-client")));

        Assert.Equal("temporarily_unavailable", await response.ReadOAuthErrorAsync(HttpStatusCode.ServiceUnavailable));
    }
}
