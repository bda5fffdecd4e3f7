using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gatehouse.Products;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.Products;

/// <summary>The listing: pages, filters, caching.</summary>
[DependsOnStorage]
public sealed class ProductListTests : GatehouseTest
{
    private string _token = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _token = (await Host.SignInAsAsync("admin")).AccessToken;
        var store = Host.Services.GetRequiredService<IProductStore>();
        for (var number = 0; number < 45; number++)
        {
            await store.AddAsync(
                new Product
                {
                    Id = Guid.CreateVersion7(Host.Time.GetUtcNow().AddMilliseconds(number)).ToString("N"),
                    Name = $"Product {number}" + (number % 10 == 0 ? " (100% wool)" : ""),
                    Category = number % 3 == 0 ? "R&D" : "Other",
                    Price = number,
                    Currency = "EUR",
                    CreatedAt = Host.Time.GetUtcNow(),
                    UpdatedAt = Host.Time.GetUtcNow(),
                },
                TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData("/api/products", 45)]
    [InlineData("/api/products?pageSize=7", 45)]
    [InlineData("/api/products?pageSize=45", 45)]
    [InlineData("/api/products?pageSize=4&category=R%26D", 15)]
    [InlineData("/api/products?pageSize=2&search=100%25", 5)]
    [InlineData("/api/products?pageSize=2&search=PRODUCT+1", 11)]
    [InlineData("/api/products?pageSize=2&category=R%26D&search=product+1", 3)]
    [InlineData("/api/products?category=none", 0)]
    public async Task FollowingTheLinks_SeesEveryProductOnce(string path, int expected)
    {
        var ids = new List<string>();
        string? next = path;
        while (next is not null)
        {
            using var response = await Host.GetAsync(next, _token);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            var page = await response.ReadJsonAsync();
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(static item => item.GetProperty("id").GetString()!));
            next = response.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
            Assert.Equal(next is not null, page.TryGetProperty("nextCursor", out _));
        }

        Assert.Equal(expected, ids.Distinct().Count());
        Assert.Equal(expected, ids.Count);
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
    }

    [Theory]
    [InlineData("pageSize=0", "pageSize")]
    [InlineData("pageSize=101", "pageSize")]
    [InlineData("pageSize=-1", "pageSize")]
    [InlineData("pageSize=1e1", "pageSize")]
    [InlineData("pageSize=", "pageSize")]
    [InlineData("pageSize=1&pageSize=2", "pageSize")]
    [InlineData("pageSize", "pageSize")]
    [InlineData("page", "page")]
    [InlineData("category=", "category")]
    [InlineData("search=%00", "search")]
    [InlineData("search=%EF%BF%BE", "search")]
    [InlineData("category=%EF%BF%BF", "category")]
    [InlineData("cursor=nonsense", "cursor")]
    [InlineData("page=2", "page")]
    [InlineData("pageSize=0&search=&sort=name", "pageSize,search,sort")]
    public async Task ImpossibleQuery_IsRefused_NamingTheParameters(string query, string fields)
    {
        using var response = await Host.GetAsync("/api/products?" + query, _token);

        var problem = await response.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal(fields, string.Join(',', HttpResponseMessageExtensions.FieldsOf(problem)));
    }

    [Theory]
    [InlineData("pageSize=5&")]
    [InlineData("&pageSize=5")]
    [InlineData("&&pageSize=5&&")]
    public async Task EmptyQueryParameters_AreSkipped(string query)
    {
        using var response = await Host.GetAsync("/api/products?" + query, _token);

        Assert.Equal(5, (await response.ReadJsonAsync()).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task TwoLinesOfAListHeader_AreOneList()
    {
        using var page = await Host.GetAsync("/api/products", _token);
        var product = (await page.ReadJsonAsync()).GetProperty("items")[0].GetProperty("id").GetString();
        using var one = await Host.GetAsync($"/api/products/{product}", _token);
        string[] Lines(string name, string tag) => [$"Authorization: Bearer {_token}", $"{name}: \"x\"", $"{name}: {tag}"];

        var (listing, _) = await Host.SendLinesAsync("GET", "/api/products", "", Lines("If-None-Match", page.Headers.ETag!.Tag));
        var (kept, _) = await Host.SendLinesAsync("DELETE", $"/api/products/{product}", "", Lines("If-Match", "\"y\""));
        var (deleted, _) = await Host.SendLinesAsync("DELETE", $"/api/products/{product}", "", Lines("If-Match", one.Headers.ETag!.Tag));

        Assert.Equal(HttpStatusCode.NotModified, listing);
        Assert.Equal(HttpStatusCode.PreconditionFailed, kept);
        Assert.Equal(HttpStatusCode.NoContent, deleted);
    }

    [Fact]
    public async Task Cursor_ThatWasChanged_OrBelongsToAnotherListing_IsRefused()
    {
        using var response = await Host.GetAsync("/api/products?pageSize=2", _token);
        var cursor = (await response.ReadJsonAsync()).GetProperty("nextCursor").GetString()!;
        var changed = (cursor[0] == 'A' ? 'B' : 'A') + cursor[1..];

        foreach (var query in new[] { $"cursor={changed}", $"cursor={cursor}&category=Other", $"cursor={cursor}&search=a", $"cursor={cursor}A" })
        {
            using var refused = await Host.GetAsync("/api/products?" + query, _token);
            await refused.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        }

        using var taken = await Host.GetAsync($"/api/products?pageSize=50&cursor={cursor}", _token);
        Assert.Equal(43, (await taken.ReadJsonAsync()).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task ETag_IsNotModified_UntilSomethingChanges()
    {
        using var first = await Host.GetAsync("/api/products", _token);
        Assert.Equal(HttpStatusCode.NotModified, await GetStatusAsync(first.Headers.ETag!.Tag));
        Assert.Equal(HttpStatusCode.NotModified, await GetStatusAsync($"\"x\", W/{first.Headers.ETag.Tag}"));
        Assert.Equal(HttpStatusCode.OK, await GetStatusAsync("\"x\""));

        var id = (await first.ReadJsonAsync()).GetProperty("items")[0].GetProperty("id").GetString();
        using var deleted = await Host.SendAsync(HttpMethod.Delete, "/api/products/" + id, _token, ifMatch: "*");

        Assert.Equal(HttpStatusCode.OK, await GetStatusAsync(first.Headers.ETag.Tag));
    }

    [Fact]
    public async Task OwnChange_ShowsAtOnce_AndOneOfAnotherInstanceAfterTheCacheTime()
    {
        using var before = await Host.GetAsync("/api/products?pageSize=100", _token);
        using var created = await Host.SendAsync(HttpMethod.Post, "/api/products", _token, JsonContent.Create(new { name = "own", category = "c", price = 1, currency = "EUR" }));
        Assert.Equal(46, await CountAsync());

        // What another instance would do.
        var store = Host.Services.GetRequiredService<IProductStore>();
        var product = (await store.FindAsync(Id(await created.ReadJsonAsync()), TestContext.Current.CancellationToken))!;
        await store.TryRemoveAsync(product.Id, product.Version!, TestContext.Current.CancellationToken);
        Assert.Equal(46, await CountAsync());

        Host.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(45, await CountAsync());
    }

    private static string Id(JsonElement product) => product.GetProperty("id").GetString()!;

    private async Task<int> CountAsync()
    {
        using var response = await Host.GetAsync("/api/products?pageSize=100", _token);
        return (await response.ReadJsonAsync()).GetProperty("items").GetArrayLength();
    }

    private async Task<HttpStatusCode> GetStatusAsync(string ifNoneMatch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/products");
        request.Headers.Authorization = new("Bearer", _token);
        request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        using var response = await Host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
