using System.Net;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>How often a sign-in can be tried from one address, and for one name from all of them.</summary>
public sealed class SignInRateLimitTests : GatehouseTest
{
    private const string Ada = "203.0.113.7:50001";
    private const string Eve = "198.51.100.9:50002";

    private protected override GatehouseHostOptions CreateOptions() => RateLimitedHost.CreateOptions();

    [Fact]
    public async Task SignIns_FromOneAddress_AreRefusedAfterTheLimit()
    {
        for (var i = 0; i < 10; i++)
        {
            using var response = await Host.SignInAsync(Ada, $"user-{i}");
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }

        using var refusal = await Host.SignInAsync(Ada, "user-10");
        var problem = await refusal.ReadProblemAsync(HttpStatusCode.TooManyRequests, "too-many-requests");
        Assert.Equal("The limit authenticate is used up. Try again in 6 s.", problem.GetProperty("detail").GetString());
        Assert.Equal("6", refusal.ReadField("Retry-After"));
        Assert.Equal("\"authenticate\";q=10;w=60", refusal.ReadField("RateLimit-Policy"));
        Assert.Equal("\"authenticate\";r=0;t=60", refusal.ReadField("RateLimit"));
        Assert.Equal("nosniff", refusal.ReadField("X-Content-Type-Options"));
        Assert.True(refusal.Headers.CacheControl?.NoStore);
        using var other = await Host.SignInAsync(Eve, "user-11");
        Assert.Equal(HttpStatusCode.Unauthorized, other.StatusCode);
    }

    [Fact]
    public async Task SignIns_AfterRetryAfter_AreAnsweredAgain_AndAfterTheWindowAllOfThem()
    {
        await UseUpAsync(Ada);

        Host.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.StatusOfSignInAsync(Ada, "again"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await Host.StatusOfSignInAsync(Ada, "too-soon"));

        Host.Time.Advance(TimeSpan.FromSeconds(60));
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await Host.StatusOfSignInAsync(Ada, $"later-{i}"));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await Host.StatusOfSignInAsync(Ada, "later-10"));
    }

    [Theory]
    [InlineData("ada")]
    [InlineData("nobody")]
    [InlineData("no\u200Bname")]
    public async Task SignIns_WithOneName_AreRefusedAfterTheLimit_FromEveryAddress_WhetherOrNotTheUserExists(string name)
    {
        await Host.AddUserAsync("ada", "viewer");
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await Host.StatusOfSignInAsync($"192.0.2.{i}:1", name));
        }

        using var refusal = await Host.SignInAsync("192.0.2.100:1", name);
        var problem = await refusal.ReadProblemAsync(HttpStatusCode.TooManyRequests, "too-many-requests");
        Assert.Equal("The limit username is used up. Try again in 6 s.", problem.GetProperty("detail").GetString());
        Assert.Equal("6", refusal.ReadField("Retry-After"));
        Assert.Equal("\"username\";q=10;w=60,\"authenticate\";q=10;w=60", refusal.ReadField("RateLimit-Policy"));
        Assert.Equal("\"username\";r=0;t=60,\"authenticate\";r=9;t=6", refusal.ReadField("RateLimit"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.StatusOfSignInAsync("192.0.2.100:1", "another"));

        Host.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.StatusOfSignInAsync("192.0.2.101:1", name));
    }

    [Fact]
    public async Task SignIns_WithAllSpellingsOfAName_CountTogether()
    {
        string[] spellings = ["fiona", "Fiona", "FIONA", "ﬁona", "ﬁONA", "fionA", "fiOna", "fIona", "FioNa", "FIona"];
        for (var i = 0; i < spellings.Length; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await Host.StatusOfSignInAsync($"192.0.2.{i}:1", spellings[i]));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await Host.StatusOfSignInAsync("192.0.3.1:1", "fiona"));
    }

    private async Task UseUpAsync(string address)
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await Host.StatusOfSignInAsync(address, $"user-{i}"));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await Host.StatusOfSignInAsync(address, "user-10"));
    }
}
