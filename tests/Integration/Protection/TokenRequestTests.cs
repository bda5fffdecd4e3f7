using System.Net;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Protection;

/// <summary>Where the token of a request is looked for, and what the answer says of it.</summary>
public sealed class TokenRequestTests(SharedHost shared) : ForgedTokenTests(shared)
{
    [Fact]
    public async Task NoToken_IsChallenged_WithoutErrorCode()
    {
        using var response = await Host.ReadSamplesAsync();

        await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "authentication-required");
        var challenge = response.Headers.WwwAuthenticate.ToString();
        Assert.StartsWith($"Bearer realm=\"{GatehouseHost.Audience}\"", challenge, StringComparison.Ordinal);
        Assert.DoesNotContain("error", challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoAuthorizationHeaders_AreABadRequest()
    {
        var good = GoodToken();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/samples");
        request.Headers.TryAddWithoutValidation("Authorization", [$"Bearer {good}", $"Bearer {good}"]);

        using var response = await Host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        await response.ReadProblemAsync(HttpStatusCode.BadRequest, "malformed-request");
        Assert.Contains("error=\"invalid_request\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("Bearers abc")]
    [InlineData("abc")]
    public async Task OtherScheme_IsChallengedForABearerToken(string authorization)
    {
        using var response = await SendAuthorizationAsync(authorization);

        await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "authentication-required");
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer    ")]
    [InlineData("bearer")]
    [InlineData("DPoP")]
    [InlineData("DPoP ")]
    public async Task SchemeWithoutAToken_IsNoToken(string authorization)
    {
        using var response = await SendAuthorizationAsync(authorization);

        await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "authentication-required");
        Assert.DoesNotContain("error", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bearer", true, HttpStatusCode.OK)]
    [InlineData("Bearer", false, HttpStatusCode.Unauthorized)]
    public async Task HeaderOfItsOwn_IsRead_BesideASchemeWithoutAToken(string authorization, bool hasToken, HttpStatusCode expected)
    {
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions { Settings = new Dictionary<string, string?> { ["Protection:TokenHeaders"] = "access-token other-token" } });
        var forge = await TokenForge.CreateAsync(host);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/samples");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        request.Headers.TryAddWithoutValidation("access-token", hasToken ? forge.Sign(forge.Header().ToJsonString(), forge.Claims().ToJsonString()) : "Bearer ");
        request.Headers.TryAddWithoutValidation("other-token", "");

        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task MissingScope_IsForbidden_AndTheScopeIsNamed()
    {
        using var response = await Host.ReadSamplesAsync(Forge.WithClaim("scope", "samples:write profile"));

        await response.ReadProblemAsync(HttpStatusCode.Forbidden, "access-denied");
        var challenge = response.Headers.WwwAuthenticate.ToString();
        Assert.Contains("error=\"insufficient_scope\"", challenge, StringComparison.Ordinal);
        Assert.Contains("scope=\"samples:read\"", challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rejection_IsLoggedByReason_WithoutTheToken()
    {
        var token = Forge.WithClaim("aud", "another-api");
        await AssertRejectedAsync(token, "is for another audience");

        var messages = Host.Logs.GetSnapshot().Select(static record => record.Message + record.Exception).ToArray();
        Assert.Contains(messages, static message => message.Contains("wrong_audience", StringComparison.Ordinal));
        Assert.DoesNotContain(messages, message => message.Contains(token.Split('.')[2], StringComparison.Ordinal) || message.Contains(token.Split('.')[1], StringComparison.Ordinal));
    }

    private Task<HttpResponseMessage> SendAuthorizationAsync(string authorization)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/samples");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return Host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
