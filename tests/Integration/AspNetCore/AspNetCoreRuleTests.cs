using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Gatehouse.Tests.Integration.AspNetCore;

/// <summary>Access rules and callers in an app with ASP.NET Core integration.</summary>
public sealed class AspNetCoreRuleTests(ProtectedApp app) : IClassFixture<ProtectedApp>
{
    [Theory]
    [InlineData("/rules/forgotten", null, null, HttpStatusCode.Forbidden)]
    [InlineData("/rules/forgotten", "a:read", null, HttpStatusCode.Forbidden)]
    [InlineData("/rules/open", null, null, HttpStatusCode.OK)]
    [InlineData("/rules/any-token", null, null, HttpStatusCode.Unauthorized)]
    [InlineData("/rules/any-token", "", null, HttpStatusCode.OK)]
    [InlineData("/rules/two-scopes", "a:read", null, HttpStatusCode.Forbidden)]
    [InlineData("/rules/two-scopes", "a:read b:read", null, HttpStatusCode.OK)]
    [InlineData("/rules/role", "a:read", null, HttpStatusCode.Forbidden)]
    [InlineData("/rules/role", "a:read", "auditor", HttpStatusCode.OK)]
    [InlineData("/rules/scope-and-role", "b:read", "auditor", HttpStatusCode.Forbidden)]
    [InlineData("/rules/scope-and-role", "a:read", "clerk", HttpStatusCode.Forbidden)]
    [InlineData("/rules/scope-and-role", "a:read", "auditor", HttpStatusCode.OK)]
    [InlineData("/rules/class", "a:read", null, HttpStatusCode.Forbidden)]
    [InlineData("/rules/class", "class:read", null, HttpStatusCode.OK)]
    [InlineData("/rules/class-open", null, null, HttpStatusCode.OK)]
    public async Task Rule_DecidesWhoReachesTheFunction(string path, string? scope, string? role, HttpStatusCode expected)
    {
        using var response = await app.GetAsync(path, scope is null ? null : app.CreateToken(scope, role));

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task DefaultRule_AppliesToFunctionsThatStateNone()
    {
        await using var other = new ProtectedApp(static options => options.Settings["DefaultRule"] = "true");
        await other.InitializeAsync();

        using var refused = await other.GetAsync("/rules/forgotten");
        using var allowed = await other.GetAsync("/rules/forgotten", other.CreateToken());
        using var open = await other.GetAsync("/rules/open");

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Equal(HttpStatusCode.OK, open.StatusCode);
    }

    [Fact]
    public async Task Transformation_ChangesTheCaller_BeforeTheRuleIsChecked()
    {
        using var response = await app.GetAsync("/rules/role", app.CreateToken(subject: ProtectedApp.Friday));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task User_IsTheCaller()
    {
        using var response = await app.GetAsync("/rules/any-token", app.CreateToken("a:read b:read", "auditor", "somebody|7"));

        var user = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal("somebody|7", user.GetProperty("name").GetString());
        Assert.Equal("Bearer", user.GetProperty("authenticationType").GetString());
        Assert.Equal(["a:read", "b:read"], user.GetProperty("scopes").EnumerateArray().Select(static scope => scope.GetString()));
        Assert.True(user.GetProperty("isAuditor").GetBoolean());
        Assert.False(user.GetProperty("isOwner").GetBoolean());
        Assert.Equal("https://issuer.example/", user.GetProperty("issuer").GetString());
        Assert.Equal("a-client", user.GetProperty("client").GetString());
        Assert.Equal("https://issuer.example/#somebody|7", user.GetProperty("caller").GetString());
    }

    [Fact]
    public async Task User_OfAnOpenFunction_IsAnonymous_EvenWithAToken()
    {
        using var response = await app.GetAsync("/rules/open", app.CreateToken());

        Assert.Equal("""{"isAuthenticated":false}""", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("/rules/any-token", null, HttpStatusCode.Unauthorized, "urn:gatehouse:problem:authentication-required", "Bearer realm=\"gatehouse\"")]
    [InlineData("/rules/any-token", "not.a.token", HttpStatusCode.Unauthorized, "urn:gatehouse:problem:invalid-token", "Bearer realm=\"gatehouse\", error=\"invalid_token\", ")]
    [InlineData("/rules/two-scopes", "", HttpStatusCode.Forbidden, "urn:gatehouse:problem:access-denied", "Bearer realm=\"gatehouse\", error=\"insufficient_scope\", scope=\"a:read b:read\"")]
    public async Task Refusal_IsAProblemWithAChallenge(string path, string? token, HttpStatusCode status, string type, string challenge)
    {
        using var response = await app.GetAsync(path, token == "" ? app.CreateToken("b:read") : token);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.StartsWith(challenge, response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal(type, problem.GetProperty("type").GetString());
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("traceId").GetString()!);
    }

    [Fact]
    public async Task RefusedFunctionWithSeveralOutputs_AnswersWithTheStatusOfTheRefusal()
    {
        using var refused = await app.SendAsync(HttpMethod.Post, "/notes");
        using var allowed = await app.SendAsync(HttpMethod.Post, "/notes", app.CreateToken());
        using var failed = await app.SendAsync(HttpMethod.Post, "/notes?fail=1", app.CreateToken());

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.Accepted, allowed.StatusCode);
        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
    }

    [Fact]
    public async Task OtherTrigger_PassesUntouched()
    {
        var result = await app.Host.InvokeAsync("OnNote", "a note", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("noted: a note", result.ReturnValue);
    }

    [Fact]
    public async Task TenThousandCallsWithoutAToken_AreAllRefused()
    {
        var statuses = new System.Collections.Concurrent.ConcurrentDictionary<HttpStatusCode, int>();
        await Parallel.ForAsync(0, 10_000, TestContext.Current.CancellationToken, async (_, _) =>
        {
            using var response = await app.GetAsync("/rules/any-token");
            statuses.AddOrUpdate(response.StatusCode, 1, static (_, count) => count + 1);
        });

        Assert.Equal([KeyValuePair.Create(HttpStatusCode.Unauthorized, 10_000)], statuses);
    }
}
