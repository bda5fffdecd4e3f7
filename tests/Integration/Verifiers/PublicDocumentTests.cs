using System.Net;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Verifiers;

/// <summary>What caches and scripts of other origins may do with the documents for verifiers and clients.</summary>
public sealed class PublicDocumentTests(SharedHost shared) : GatehouseTest(shared), IClassFixture<SharedHost>
{
    private protected override GatehouseHostOptions CreateOptions() => new()
    {
        Settings = new Dictionary<string, string?> { ["Protection:AllowedOrigins"] = "https://shop.example" },
    };

    public static TheoryData<string> Paths() =>
        ["/.well-known/jwks.json", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/.well-known/oauth-protected-resource"];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Document_MayBeCached_AndIsNotSentAgainWhileItIsCurrent(string path)
    {
        using var first = await Host.GetAsync(path);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var again = await Host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("public, max-age=300, stale-while-revalidate=300", first.Headers.NonValidated["Cache-Control"].ToString());
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(first.Headers.ETag, again.Headers.ETag);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Document_MayBeReadByScriptsOfEveryOrigin(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Origin", "https://stranger.example");
        using var response = await Host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("*", Assert.Single(response.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.False(response.Headers.Contains("Vary"));
    }
}
