using System.Net;
using System.Net.Http.Json;
using System.Text;
using Gatehouse.Protection.Http;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Worker;

/// <summary>The function app as it is deployed: its own program on the real worker, called as the Functions host calls it.</summary>
public sealed class RealWorkerTests(WorkerApp app) : IClassFixture<WorkerApp>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_LoadsEveryFunction()
    {
        var host = await app.GetHostAsync();

        var known = new FunctionCatalog([typeof(GatehouseBuilderExtensions).Assembly]).All.Select(static function => function.Name);
        Assert.Equal(known.Append("BackUp").Order(), host.Functions.Order());
    }

    [Fact]
    public async Task Listing_NeedsAToken()
    {
        using var client = await app.CreateClientAsync();

        using var response = await client.GetAsync("/api/products", Cancellation);

        await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "authentication-required");
        Assert.StartsWith("Bearer realm=", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Product_IsAddedReadReplacedAndRemoved()
    {
        using var client = await app.SignInAsync();

        using var created = await client.PostAsync("/api/products", Json("""{"name":"Lämp","category":"Home","price":19.90,"currency":"EUR"}"""), Cancellation);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var path = created.Headers.Location!.ToString();
        using var read = await client.GetAsync(path, Cancellation);
        Assert.Equal("Lämp", (await read.ReadJsonAsync()).GetProperty("name").GetString());
        var tag = read.Headers.ETag!.ToString();

        using var unconditional = await client.PutAsync(path, Json("""{"name":"Lamp","category":"Home","price":20,"currency":"EUR"}"""), Cancellation);
        Assert.Equal(HttpStatusCode.PreconditionRequired, unconditional.StatusCode);
        using var replaced = await SendAsync(client, HttpMethod.Put, path, ("If-Match", tag), Json("""{"name":"Lamp","category":"Home","price":20,"currency":"EUR"}"""));
        Assert.Equal(HttpStatusCode.OK, replaced.StatusCode);
        using var stale = await SendAsync(client, HttpMethod.Delete, path, ("If-Match", tag));
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.StatusCode);
        using var unchanged = await SendAsync(client, HttpMethod.Get, path, ("If-None-Match", replaced.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        using var deleted = await SendAsync(client, HttpMethod.Delete, path, ("If-Match", replaced.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var gone = await client.GetAsync(path, Cancellation);
        await gone.ReadProblemAsync(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Client_GetsATokenThatLists()
    {
        using var client = await app.CreateClientAsync();

        using var response = await client.PostAsync("/token", Form(("grant_type", "client_credentials"), ("client_id", GatehouseHost.ClientId), ("client_secret", GatehouseHost.ClientSecret)), Cancellation);
        var tokens = await Hosting.Tokens.ReadAsync(response);
        using var listing = await SendAsync(client, HttpMethod.Get, "/api/products?pageSize=1", ("Authorization", $"Bearer {tokens.AccessToken}"));

        Assert.Equal(HttpStatusCode.OK, listing.StatusCode);
    }

    [Fact]
    public async Task Session_IsRefreshedAndEnded()
    {
        using var client = await app.CreateClientAsync();
        using var response = await client.PostAsJsonAsync("/authenticate", new { username = WorkerApp.Admin, password = GatehouseHost.Password }, Cancellation);
        var first = await Hosting.Tokens.ReadAsync(response);

        using var refreshed = await client.PostAsync("/token", Form(("grant_type", "refresh_token"), ("refresh_token", first.RefreshToken!)), Cancellation);
        var second = await Hosting.Tokens.ReadAsync(refreshed);
        using var logout = await SendAsync(client, HttpMethod.Post, "/logout", ("Authorization", $"Bearer {second.AccessToken}"));
        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);

        using var listing = await SendAsync(client, HttpMethod.Get, "/api/products", ("Authorization", $"Bearer {first.AccessToken}"));
        await listing.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-token");
        using var again = await client.PostAsync("/token", Form(("grant_type", "refresh_token"), ("refresh_token", second.RefreshToken!)), Cancellation);
        Assert.Equal("invalid_grant", await again.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task WrongMethodAndUnknownPath_AreAnsweredByTheFallback()
    {
        using var client = await app.CreateClientAsync();

        using var wrong = await client.DeleteAsync("/authenticate", Cancellation);
        using var unknown = await client.GetAsync("/nowhere", Cancellation);
        using var root = await client.GetAsync("/", Cancellation);

        await wrong.ReadProblemAsync(HttpStatusCode.MethodNotAllowed, "method-not-allowed");
        Assert.Equal("POST", Assert.Single(wrong.Content.Headers.Allow));
        await unknown.ReadProblemAsync(HttpStatusCode.NotFound, "not-found");
        Assert.Equal(HttpStatusCode.OK, root.StatusCode);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/health/ready")]
    [InlineData("/openapi.json")]
    [InlineData("/.well-known/jwks.json")]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/oauth-authorization-server")]
    [InlineData("/.well-known/oauth-protected-resource")]
    public async Task OpenRoutes_AnswerGetAndHead(string path)
    {
        using var client = await app.CreateClientAsync();

        using var get = await client.GetAsync(path, Cancellation);
        using var head = await SendAsync(client, HttpMethod.Head, path);

        Assert.Equal(HttpStatusCode.OK, get.StatusCode);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task MalformedBody_IsAProblemThatNamesTheField()
    {
        using var client = await app.CreateClientAsync();

        using var truncated = await client.PostAsync("/authenticate", Json("""{"username":"""), Cancellation);
        using var wrong = await client.PostAsync("/authenticate", Json("""{"username":1,"password":"x"}"""), Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, truncated.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Equal(["username"], HttpResponseMessageExtensions.FieldsOf(await wrong.ReadJsonAsync()));
    }

    // What the caller sends in the query or a JSON body is bound by name to parameters of the function's method.
    [Theory]
    [InlineData("GET", "/api/products?request=x", null)]
    [InlineData("GET", "/api/products/0123456789abcdef0123456789abcdef?id=other&request=x&cancellationToken=x", null)]
    [InlineData("GET", "/health/ready?cancellationToken=x", null)]
    [InlineData("GET", "/.well-known/jwks.json?cancellationToken=true", null)]
    [InlineData("POST", "/authenticate?cancellationToken={}", """{"username":"nobody","password":"x"}""")]
    [InlineData("POST", "/authenticate", """{"username":"nobody","password":"x","request":"x","cancellationToken":"x"}""")]
    public async Task QueryParameters_BindNoFunctionParameters(string method, string path, string? body)
    {
        using var client = await app.SignInAsync();

        using var response = await SendAsync(client, new HttpMethod(method), path, content: body is null ? null : Json(body));

        Assert.NotEqual(HttpStatusCode.InternalServerError, response.StatusCode);
    }

    [Fact]
    public async Task Preflight_OfAnAllowedOrigin_IsAnswered()
    {
        using var client = await app.CreateClientAsync();
        using var request = new HttpRequestMessage(HttpMethod.Options, "/api/products");
        request.Headers.Add("Origin", "https://app.example.com");
        request.Headers.Add("Access-Control-Request-Method", "GET");

        using var response = await client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal("https://app.example.com", Assert.Single(response.Headers.GetValues("Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task Log_HoldsNoSecret()
    {
        using var client = await app.SignInAsync();
        using var listing = await client.GetAsync("/api/products", Cancellation);
        var token = client.DefaultRequestHeaders.Authorization!.Parameter!;

        var log = string.Join('\n', (await app.GetHostAsync()).Logs);

        Assert.Contains("GET /api/products 200", log, StringComparison.Ordinal);
        foreach (var secret in (string[])[token, token.Split('.')[2], GatehouseHost.Password, GatehouseHost.ClientSecret])
        {
            Assert.DoesNotContain(secret, log, StringComparison.Ordinal);
        }
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) =>
        new(fields.Select(static field => KeyValuePair.Create(field.Name, field.Value)));

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, (string Name, string Value)? header = null, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        if (header is var (name, value))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return client.SendAsync(request, Cancellation);
    }
}
