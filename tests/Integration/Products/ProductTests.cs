using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Gatehouse.Products;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Moq;

namespace Gatehouse.Tests.Integration.Products;

/// <summary>Reading, adding, replacing and removing one product.</summary>
[DependsOnStorage]
public sealed class ProductTests : GatehouseTest
{
    private string _token = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _token = (await Host.SignInAsAsync("admin")).AccessToken;
    }

    [Fact]
    public async Task Create_ReturnsTheProduct_AndItsLocation()
    {
        using var created = await CreateAsync("Möbius “loop”", 12.30m);

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        using var read = await Host.GetAsync(created.Headers.Location!.ToString(), _token);
        Assert.Equal(created.Headers.ETag, read.Headers.ETag);
        var product = await read.ReadJsonAsync();
        Assert.Equal((await created.ReadJsonAsync()).GetRawText(), product.GetRawText());
        Assert.Equal("Möbius “loop”", product.GetProperty("name").GetString());
        Assert.Equal(12.30m, product.GetProperty("price").GetDecimal());
        Assert.Equal(Host.Time.GetUtcNow(), product.GetProperty("createdAt").GetDateTimeOffset());
    }

    [Theory]
    [InlineData("a\u0000b")]
    [InlineData("a\uFFFEb")]
    [InlineData("a\uFFFFb")]
    [InlineData("\\uD800")]
    public async Task Create_NameOtherThanAString_IsRefused(string name)
    {
        var json = $$"""{ "name": "{{name.Replace("\0", "\\u0000", StringComparison.Ordinal)}}", "category": "c", "price": 1, "currency": "EUR" }""";
        using var created = await Host.SendAsync(HttpMethod.Post, "/api/products", _token, new StringContent(json, Encoding.UTF8, "application/json"));

        var problem = await created.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        Assert.Single(problem.GetProperty("errors").EnumerateObject(), static error => error.Name == "name");
    }

    [Theory]
    [InlineData("0.0001")]
    [InlineData("1.2345")]
    [InlineData("12345e-4")]
    [InlineData("1.20000000000000000000000000000000000000")]
    [InlineData("999999999.9999")]
    public async Task Create_WithThePriceOfAnyCurrency_KeepsIt(string price)
    {
        using var created = await CreateWithPriceAsync(price);

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(decimal.Parse(price, NumberStyles.Float, CultureInfo.InvariantCulture), (await created.ReadJsonAsync()).GetProperty("price").GetDecimal());
    }

    [Theory]
    [InlineData("1.23456")]
    [InlineData("0.00001")]
    [InlineData("1e-5")]
    [InlineData("1e-40")]
    [InlineData("1.0000000000000000000000000000000000001")]
    public async Task Create_WithAPriceOfMoreDecimals_IsRefused_AndNotRounded(string price)
    {
        using var created = await CreateWithPriceAsync(price);

        var problem = await created.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal("This field may have up to 4 decimals.", problem.GetProperty("errors").GetProperty("price").EnumerateArray().Single().GetString());
    }

    [Fact]
    public async Task Get_WithTheTagItHas_IsNotModified()
    {
        using var created = await CreateAsync("one");
        using var request = new HttpRequestMessage(HttpMethod.Get, created.Headers.Location);
        request.Headers.Authorization = new("Bearer", _token);
        request.Headers.TryAddWithoutValidation("If-None-Match", created.Headers.ETag!.Tag);

        using var response = await Host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
        Assert.Equal(created.Headers.ETag, response.Headers.ETag);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("00000000000000000000000000000000")]
    [InlineData("..%2F..%2Fetc%2Fpasswd")]
    [InlineData("'%20OR%20'1'='1")]
    public async Task UnknownProduct_IsNotFound(string id)
    {
        using var get = await Host.GetAsync("/api/products/" + id, _token);
        using var put = await Host.SendAsync(HttpMethod.Put, "/api/products/" + id, _token, Body("a"), "*");
        using var delete = await Host.SendAsync(HttpMethod.Delete, "/api/products/" + id, _token, ifMatch: "*");

        await get.ReadProblemAsync(HttpStatusCode.NotFound, "not-found");
        await put.ReadProblemAsync(HttpStatusCode.NotFound, "not-found");
        await delete.ReadProblemAsync(HttpStatusCode.NotFound, "not-found");
    }

    [Theory]
    [InlineData("%0900000000000000000000000000000000")]
    [InlineData("00000000000000000000000000000000%C2%85")]
    [InlineData("%2000000000-0000-0000-0000-000000000000")]
    public async Task InvalidId_IsNotLookedUp(string id)
    {
        var storeThatIsNotAsked = new Mock<IProductStore>(MockBehavior.Strict);
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions
        {
            Configure = builder => builder.Services.Replace(ServiceDescriptor.Singleton(storeThatIsNotAsked.Object)),
        });

        using var response = await host.GetAsync("/api/products/" + id, (await host.SignInAsAsync("viewer")).AccessToken);

        await response.ReadProblemAsync(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Replace_WithTheTagItHas_ChangesIt_AndItsTag()
    {
        using var created = await CreateAsync("before");
        Host.Time.Advance(TimeSpan.FromMinutes(1));

        using var replaced = await Host.SendAsync(HttpMethod.Put, Path(created), _token, Body("after"), created.Headers.ETag!.Tag);

        Assert.Equal(HttpStatusCode.OK, replaced.StatusCode);
        Assert.NotEqual(created.Headers.ETag, replaced.Headers.ETag);
        var product = await replaced.ReadJsonAsync();
        Assert.Equal("after", product.GetProperty("name").GetString());
        Assert.Equal(Host.Time.GetUtcNow(), product.GetProperty("updatedAt").GetDateTimeOffset());
        Assert.Equal(Host.Time.GetUtcNow().AddMinutes(-1), product.GetProperty("createdAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task ReplaceAndDelete_WithoutCondition_AreRefused()
    {
        using var created = await CreateAsync("one");
        using var put = await Host.SendAsync(HttpMethod.Put, Path(created), _token, Body("two"));
        using var delete = await Host.SendAsync(HttpMethod.Delete, Path(created), _token);

        await put.ReadProblemAsync(HttpStatusCode.PreconditionRequired, "precondition-required");
        await delete.ReadProblemAsync(HttpStatusCode.PreconditionRequired, "precondition-required");
    }

    [Theory]
    [InlineData("\"another\"")]
    [InlineData("W/\"1\"")]
    [InlineData("1")]
    [InlineData("")]
    public async Task ReplaceAndDelete_WithAnotherTag_AreRefused_AndChangeNothing(string tag)
    {
        using var created = await CreateAsync("one");
        using var put = await Host.SendAsync(HttpMethod.Put, Path(created), _token, Body("two"), tag);
        using var delete = await Host.SendAsync(HttpMethod.Delete, Path(created), _token, ifMatch: tag);
        using var read = await Host.GetAsync(Path(created), _token);

        await put.ReadProblemAsync(HttpStatusCode.PreconditionFailed, "precondition-failed");
        await delete.ReadProblemAsync(HttpStatusCode.PreconditionFailed, "precondition-failed");
        Assert.Equal(created.Headers.ETag, read.Headers.ETag);
    }

    [Fact]
    public async Task ManyReplaceAtOnce_WithOneTag_OneWins()
    {
        using var created = await CreateAsync("one");

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number =>
            Host.SendAsync(HttpMethod.Put, Path(created), _token, Body($"writer {number}"), created.Headers.ETag!.Tag)));

        Assert.Single(answers, static answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(19, answers.Count(static answer => answer.StatusCode == HttpStatusCode.PreconditionFailed));
    }

    [Fact]
    public async Task Delete_RemovesIt()
    {
        using var created = await CreateAsync("one");
        using var deleted = await Host.SendAsync(HttpMethod.Delete, Path(created), _token, ifMatch: created.Headers.ETag!.Tag);
        using var read = await Host.GetAsync(Path(created), _token);

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await read.ReadProblemAsync(HttpStatusCode.NotFound, "not-found");
    }

    [Theory]
    [InlineData("viewer", "GET")]
    [InlineData("editor", "GET,POST,PUT")]
    [InlineData("admin", "GET,POST,PUT,DELETE")]
    public async Task EachMethod_NeedsItsOwnScope(string role, string allowed)
    {
        using var created = await CreateAsync("one");
        var token = (await Host.SignInAsAsync(role)).AccessToken;
        foreach (var method in new[] { "GET", "POST", "PUT", "DELETE" })
        {
            var path = method == "POST" ? "/api/products" : Path(created);
            using var response = await Host.SendAsync(new HttpMethod(method), path, token, method is "POST" or "PUT" ? Body("x") : null, "*");

            Assert.Equal(allowed.Split(',').Contains(method), response.StatusCode != HttpStatusCode.Forbidden);
        }
    }

    private static string Path(HttpResponseMessage created) => created.Headers.Location!.ToString();

    private static JsonContent Body(string name, decimal price = 1) => JsonContent.Create(new { name, price, category = "tests", currency = "EUR", description = "for a test" });

    private Task<HttpResponseMessage> CreateWithPriceAsync(string price) => Host.SendAsync(
        HttpMethod.Post,
        "/api/products",
        _token,
        new StringContent($$"""{ "name": "a", "category": "c", "price": {{price}}, "currency": "CLF" }""", Encoding.UTF8, "application/json"));

    private Task<HttpResponseMessage> CreateAsync(string name, decimal price = 1) => Host.SendAsync(HttpMethod.Post, "/api/products", _token, Body(name, price));
}
