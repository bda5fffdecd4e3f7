using System.Net;

namespace Gatehouse.Tests.Integration.AspNetCore;

/// <summary>Answers and their headers in an app with ASP.NET Core integration.</summary>
public sealed class AspNetCoreAnswerTests(ProtectedApp app) : IClassFixture<ProtectedApp>
{
    [Theory]
    [InlineData("action", HttpStatusCode.Created, """{"text":"action"}""")]
    [InlineData("result", HttpStatusCode.Accepted, """{"text":"result"}""")]
    [InlineData("empty", HttpStatusCode.NoContent, "")]
    [InlineData("data", HttpStatusCode.Accepted, "data")]
    [InlineData("streamed", HttpStatusCode.OK, "one\ntwo\n")]
    [InlineData("object", HttpStatusCode.OK, "")] // As without the package: the integration drops such a result.
    public async Task Answer_IsThatOfTheFunction_WithTheHeadersOfEveryAnswer(string name, HttpStatusCode status, string body)
    {
        using var response = await app.SendAsync(HttpMethod.Get, "/answers/" + name, headers: ("Origin", ProtectedApp.AllowedOrigin));

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(name == "action" ? "max-age=60" : "no-store", Header(response, "Cache-Control"));
        AssertCommonHeaders(response);
        Assert.Equal(name == "data" ? "data" : null, Header(response, "X-Own"));
    }

    [Theory]
    [InlineData("failing")]
    [InlineData("failing-data")]
    [InlineData("failing-result")]
    public async Task Exception_BecomesAProblem_AndLeavesNothingOfTheAnswer(string name)
    {
        using var response = await app.SendAsync(HttpMethod.Get, "/answers/" + name, headers: ("Origin", ProtectedApp.AllowedOrigin));

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("hunter2", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Null(Header(response, "X-Own"));
        AssertCommonHeaders(response);
    }

    [Fact]
    public async Task ExceptionAfterTheAnswerHasBegun_ClosesTheConnection() =>
        await Assert.ThrowsAsync<HttpRequestException>(() => app.GetAsync("/answers/broken-off"));

    [Fact]
    public async Task Preflight_OfAnAllowedOrigin_IsAnswered()
    {
        using var response = await app.SendAsync(
            HttpMethod.Options,
            "/rules/open",
            headers: [("Origin", ProtectedApp.AllowedOrigin), ("Access-Control-Request-Method", "POST")]);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Contains("POST", Header(response, "Access-Control-Allow-Methods"), StringComparison.Ordinal);
        AssertCommonHeaders(response);
    }

    [Fact]
    public async Task OtherOrigin_GetsNoCorsHeaders()
    {
        using var response = await app.SendAsync(HttpMethod.Get, "/rules/open", headers: ("Origin", "https://attacker.example"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Null(Header(response, "Access-Control-Allow-Origin"));
        Assert.Equal("Origin", Header(response, "Vary"));
    }

    [Fact]
    public async Task BoundToken_NeedsAProof_WhichCountsOnce()
    {
        var token = app.CreateToken(key: app.Key);
        var proof = app.Key.Prove("GET", "/rules/any-token", token);

        using var unproven = await app.GetAsync("/rules/any-token", token);
        using var proven = await SendWithProofAsync(app, token, proof);
        using var replayed = await SendWithProofAsync(app, token, proof);

        Assert.Equal(HttpStatusCode.Unauthorized, unproven.StatusCode);
        Assert.Equal(HttpStatusCode.OK, proven.StatusCode);
        Assert.Contains("\"authenticationType\":\"DPoP\"", await proven.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, replayed.StatusCode);
        Assert.Contains("error=\"invalid_dpop_proof\"", Header(replayed, "WWW-Authenticate"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequiredNonce_IsGivenWithTheRefusal_AndRenewedWithTheAnswer()
    {
        await using var strict = new ProtectedApp(static options => options.Settings["Protection:DPoP:RequireNonce"] = "true");
        await strict.InitializeAsync();
        var token = strict.CreateToken(key: strict.Key);

        using var refused = await SendWithProofAsync(strict, token, strict.Key.Prove("GET", "/rules/any-token", token));
        using var answered = await SendWithProofAsync(strict, token, strict.Key.Prove("GET", "/rules/any-token", token, "old"));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("next", Header(refused, "DPoP-Nonce"));
        Assert.Contains("error=\"use_dpop_nonce\"", Header(refused, "WWW-Authenticate"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        Assert.Equal("next", Header(answered, "DPoP-Nonce"));
        Assert.Equal("no-store", Header(answered, "Cache-Control"));
    }

    private static Task<HttpResponseMessage> SendWithProofAsync(ProtectedApp host, string token, string proof) =>
        host.SendAsync(HttpMethod.Get, "/rules/any-token", token, "DPoP", ("DPoP", proof));

    private static void AssertCommonHeaders(HttpResponseMessage response)
    {
        Assert.Equal("nosniff", Header(response, "X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header(response, "Referrer-Policy"));
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", Header(response, "Content-Security-Policy"));
        Assert.Equal(ProtectedApp.AllowedOrigin, Header(response, "Access-Control-Allow-Origin"));
        Assert.Equal("Origin", Header(response, "Vary"));
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
