using System.Net;
using System.Text;
using Gatehouse.Api.OpenApi;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.OpenApi;

public sealed class OpenApiTests
{
    [Fact]
    public async Task Document_IsTheFile_WithTheUrlOfThisServer()
    {
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions { Settings = new Dictionary<string, string?> { ["Tokens:Issuer"] = "https://shop.example.org/api" } });

        using var response = await host.GetAsync("/openapi.json");

        using var stream = typeof(GatehouseBuilderExtensions).Assembly.GetManifestResourceStream(OpenApiDocument.Resource)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var file = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        var served = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(file.Replace("https://api.example.com", "https://shop.example.org/api", StringComparison.Ordinal), served);
        var document = await response.ReadJsonAsync();
        Assert.Equal("https://shop.example.org/api", document.GetProperty("servers")[0].GetProperty("url").GetString());
        Assert.Equal(
            "https://shop.example.org/api/token",
            document.GetProperty("components").GetProperty("securitySchemes").GetProperty("oauth2").GetProperty("flows").GetProperty("clientCredentials").GetProperty("tokenUrl").GetString());
    }

    [Fact]
    public async Task Document_CachedByTheCaller_IsNotSentAgain()
    {
        await using var host = await GatehouseHost.StartAsync();
        using var first = await host.GetAsync("/openapi.json");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi.json");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var second = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
    }
}
