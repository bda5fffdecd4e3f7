using System.Net;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Http;

/// <summary>Who counts as one caller: nobody can choose an address. Here they come as Azure's front end would write them.</summary>
public sealed class ClientAddressTests : GatehouseTest
{
    private const string Ada = "203.0.113.7:50001";
    private const string Eve = "198.51.100.9:50002";

    private protected override GatehouseHostOptions CreateOptions() => RateLimitedHost.CreateOptions();

    [Fact]
    public async Task IPv6Addresses_OfOneNetwork_CountTogether()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await Host.StatusOfSignInAsync($"[2001:db8:1:2::{i}]:1", $"user-{i}"));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await Host.StatusOfSignInAsync("[2001:db8:1:2:ffff::1]:1", "user-10"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.StatusOfSignInAsync("[2001:db8:1:3::1]:1", "user-11"));
    }

    [Fact]
    public async Task FirstEntries_OfForwardedFor_AreNotTrusted()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await Host.StatusOfSignInAsync($"192.0.2.{i}, {Ada}", $"user-{i}"));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await Host.StatusOfSignInAsync($"192.0.2.10, {Ada}", "user-10"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.StatusOfSignInAsync($"{Ada}, {Eve}", "user-11"));
    }

    [Fact]
    public async Task LinesOfForwardedFor_AreOneList_SoTheLastEntryOfTheLastLineCounts()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(Host, $"user-{i}", $"192.0.2.{i}:1", $"192.0.3.{i}:1, {Ada}"));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await SignInAsync(Host, "user-10", $"{Eve}, 192.0.2.10", Ada));
        Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(Host, "user-11", Ada, Eve));
    }

    [Fact]
    public async Task BehindAProxy_CallersAreDistinguished_ByTheEntryBeforeThatOfTheProxy()
    {
        const string edge = "198.51.100.200:443";
        await using var host = await RateLimitedHost.StartAsync(("Http:ProxiesInFront", "1"));
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await host.StatusOfSignInAsync($"192.0.2.{i}, {Ada}, {edge}", $"user-{i}"));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await host.StatusOfSignInAsync($"{Ada}, {edge}", "user-10"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await SignInAsync(host, "user-11", $"192.0.2.11, {Ada}", edge));
        Assert.Equal(HttpStatusCode.Unauthorized, await host.StatusOfSignInAsync($"{Eve}, {edge}", "user-12"));

        // Past the proxy.
        Assert.Equal(HttpStatusCode.TooManyRequests, await host.StatusOfSignInAsync(Ada, "user-13"));
    }

    [Fact]
    public async Task ForwardedFor_WhereItIsNotTrusted_IsIgnored()
    {
        await using var host = await RateLimitedHost.StartAsync(("Http:TrustForwardedFor", "false"));
        for (var i = 0; i < 10; i++)
        {
            using var response = await host.SignInAsync($"192.0.2.{i}:1", $"user-{i}");
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }

        using var refusal = await host.SignInAsync("192.0.2.10:1", "user-10");
        Assert.Equal(HttpStatusCode.TooManyRequests, refusal.StatusCode);
    }

    [Fact]
    public async Task UnreadableAddresses_ShareOneLimit_AndTheLogSaysSoOnce()
    {
        string?[] addresses = [null, "", "nonsense", "1.2.3.4.5", "[::1", "unknown", "203.0.113.7:x", "1", ":", ","];
        foreach (var address in addresses)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await Host.StatusOfSignInAsync(address, $"user-{address?.Length}"));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await Host.StatusOfSignInAsync("something else", "user"));
        Assert.Single(Host.Logs.GetSnapshot(), static record => record.Message.Contains("Http:TrustForwardedFor", StringComparison.Ordinal));
    }

    private static async Task<HttpStatusCode> SignInAsync(GatehouseHost host, string name, params string[] lines)
    {
        var (status, _) = await host.PostLinesAsync(
            "/authenticate",
            "application/json",
            $$"""{"username":"{{name}}","password":"wrong"}""",
            [.. lines.Select(static line => $"X-Forwarded-For: {line}")]);
        return status;
    }
}
