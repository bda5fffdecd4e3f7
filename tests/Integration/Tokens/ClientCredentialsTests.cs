using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Gatehouse.Keys;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>A client gets tokens of its own (RFC 6749 §4.4), and is refused in the RFC's words.</summary>
public sealed class ClientCredentialsTests : GatehouseTest
{
    private static readonly (string Name, string Value) Grant = ("grant_type", "client_credentials");

    private static readonly string RightCredentials = Encode(GatehouseHost.ClientId, GatehouseHost.ClientSecret);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Host.AddClientSecretAsync();
    }

    [Fact]
    public async Task BasicAuthentication_GetsAToken_OfTheProfileOfRfc9068()
    {
        using var response = await PostBasicAsync(GatehouseHost.ClientId, GatehouseHost.ClientSecret, Grant);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Headers.CacheControl?.NoStore);
        var tokens = await Hosting.Tokens.ReadAsync(response);
        Assert.Equal("Bearer", tokens.TokenType);
        Assert.Equal(600, tokens.ExpiresIn);
        Assert.Equal("samples:read samples:write", tokens.Scope);
        Assert.Null(tokens.RefreshToken);
        var token = new JsonWebToken(tokens.AccessToken);
        Assert.Equal("at+jwt", token.Typ);
        Assert.Equal("RS256", token.Alg);
        Assert.NotEmpty(token.Kid);
        Assert.Equal(GatehouseHost.Issuer, token.Issuer);
        Assert.Equal([GatehouseHost.Audience], token.Audiences);
        Assert.Equal(GatehouseHost.ClientId, token.Subject);
        Assert.Equal(GatehouseHost.ClientId, token.GetPayloadValue<string>("client_id"));
        Assert.Equal("samples:read samples:write", token.GetPayloadValue<string>("scope"));
        Assert.Equal(Host.Time.GetUtcNow().UtcDateTime, token.IssuedAt);
        Assert.Equal(Host.Time.GetUtcNow().UtcDateTime.AddMinutes(10), token.ValidTo);
        Assert.NotEmpty(token.Id);
        foreach (var claim in new[] { "sid", "auth_time", "roles", "nbf" })
        {
            Assert.False(token.TryGetPayloadValue<object>(claim, out _), claim);
        }
    }

    [Fact]
    public async Task FormAuthentication_GetsAToken_ThatIsAccepted()
    {
        using var response = await PostAsync(Grant, ("client_id", GatehouseHost.ClientId), ("client_secret", GatehouseHost.ClientSecret));
        using var listing = await Host.ReadSamplesAsync((await Hosting.Tokens.ReadAsync(response)).AccessToken);

        Assert.Equal(HttpStatusCode.OK, listing.StatusCode);
    }

    [Fact]
    public async Task Scope_CanBeNarrowed()
    {
        using var response = await PostBasicAsync(GatehouseHost.ClientId, GatehouseHost.ClientSecret, Grant, ("scope", "samples:read"));

        Assert.Equal("samples:read", (await Hosting.Tokens.ReadAsync(response)).Scope);
    }

    [Theory]
    [InlineData("samples:delete")]
    [InlineData("samples:read users:write")]
    [InlineData("\"")]
    [InlineData(" ")]
    public async Task Scope_ThatTheClientMayNotHave_IsRefused(string scope)
    {
        using var response = await PostBasicAsync(GatehouseHost.ClientId, GatehouseHost.ClientSecret, Grant, ("scope", scope));

        Assert.Equal("invalid_scope", await response.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
    }

    [Theory]
    [InlineData(GatehouseHost.ClientId, "wrong")]
    [InlineData(GatehouseHost.ClientId, "")]
    [InlineData("another-client", GatehouseHost.ClientSecret)]
    [InlineData("gatehouse", GatehouseHost.ClientSecret)]
    public async Task WrongCredentials_AreRefused_WithTheSameAnswer(string id, string secret)
    {
        using var basic = await PostBasicAsync(id, secret, Grant);
        Assert.Equal("invalid_client", await basic.ReadOAuthErrorAsync(HttpStatusCode.Unauthorized));
        Assert.StartsWith("Basic ", basic.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);

        using var form = await PostAsync(Grant, ("client_id", id), ("client_secret", secret));
        Assert.Equal("invalid_client", await form.ReadOAuthErrorAsync(HttpStatusCode.Unauthorized));

        // Basic would make a browser open a prompt.
        Assert.Equal("client_secret_post realm=\"gatehouse\"", form.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task NoCredentials_AreRefused()
    {
        using var response = await PostAsync(Grant, ("client_id", GatehouseHost.ClientId));

        Assert.Equal("invalid_client", await response.ReadOAuthErrorAsync(HttpStatusCode.Unauthorized));
    }

    [Theory]
    [InlineData("Basic")]
    [InlineData("Basic !!!")]
    [InlineData("Basic bm9jb2xvbg==")]
    public async Task MalformedBasicCredentials_AreRefused(string authorization)
    {
        using var response = await SendAsync(authorization, Grant);

        Assert.Equal("invalid_client", await response.ReadOAuthErrorAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task TwoWaysOfAuthentication_AreRefused()
    {
        using var response = await PostBasicAsync(GatehouseHost.ClientId, GatehouseHost.ClientSecret, Grant, ("client_secret", GatehouseHost.ClientSecret));

        Assert.Equal("invalid_request", await response.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
    }

    [Theory]
    [InlineData("/token", "Basic {0}", "Basic {0}")]
    [InlineData("/token", "Basic {0}", "Basic d3Jvbmc6d3Jvbmc=")]
    [InlineData("/token", "Bearer x", "Basic {0}")]
    [InlineData("/token", "", "Basic {0}")]
    [InlineData("/token", "basic {0}", "DPoP x")]
    [InlineData("/revoke", "Basic {0}", "Bearer x")]
    [InlineData("/introspect", "Basic {0}", "Basic {0}")]
    public async Task TwoAuthorizationHeaders_AreRefused_WhetherJoinedOrNot(string path, string first, string second)
    {
        var form = $"grant_type=client_credentials&token=x&client_id={GatehouseHost.ClientId}";
        string[] credentials = [.. new[] { first, second }.Select(static value => string.Format(CultureInfo.InvariantCulture, value, RightCredentials))];
        string[][] forms =
        [
            [.. credentials.Select(static value => $"Authorization: {value}")],
            [$"Authorization: {string.Join(", ", credentials)}"],
            [$"Authorization: {string.Join(',', credentials)}"],
        ];
        foreach (var lines in forms)
        {
            var (status, body) = await Host.PostLinesAsync(path, "application/x-www-form-urlencoded", form, lines);

            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Contains("\"error\":\"invalid_request\"", body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Digest username=\"Mufasa\", realm=\"x\"")]
    [InlineData("Bearer x")]
    public async Task AuthorizationOfAnotherScheme_IsNoClientAuthentication(string authorization)
    {
        using var inForm = await SendAsync(authorization, Grant, ("client_id", GatehouseHost.ClientId), ("client_secret", GatehouseHost.ClientSecret));

        Assert.Equal(HttpStatusCode.OK, inForm.StatusCode);
    }

    [Fact]
    public async Task ClientIdInTheForm_MustBeThatOfTheHeader()
    {
        using var response = await PostBasicAsync(GatehouseHost.ClientId, GatehouseHost.ClientSecret, Grant, ("client_id", "another"));

        Assert.Equal("invalid_client", await response.ReadOAuthErrorAsync(HttpStatusCode.Unauthorized));
    }

    [Theory]
    [InlineData("password", "unsupported_grant_type")]
    [InlineData("authorization_code", "unsupported_grant_type")]
    [InlineData("", "invalid_request")]
    public async Task AnotherGrantType_IsRefused(string grant, string error)
    {
        using var response = await PostBasicAsync(GatehouseHost.ClientId, GatehouseHost.ClientSecret, ("grant_type", grant));

        Assert.Equal(error, await response.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task SecondVersionOfTheSecret_IsAcceptedBesideTheFirst()
    {
        var secrets = Host.Services.GetRequiredService<FileSecretSource>();
        using var before = await PostBasicAsync(GatehouseHost.ClientId, GatehouseHost.ClientSecret, Grant);
        await secrets.AddVersionAsync(GatehouseHost.ClientId, "the new secret", "text/plain", TestContext.Current.CancellationToken);
        Host.Time.Advance(TimeSpan.FromMinutes(16));

        using var withOld = await PostBasicAsync(GatehouseHost.ClientId, GatehouseHost.ClientSecret, Grant);
        using var withNew = await PostBasicAsync(GatehouseHost.ClientId, "the new secret", Grant);

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        Assert.Equal(HttpStatusCode.OK, withOld.StatusCode);
        Assert.Equal(HttpStatusCode.OK, withNew.StatusCode);
    }

    [Fact]
    public async Task Secrets_AreNeverLogged()
    {
        using var right = await PostBasicAsync(GatehouseHost.ClientId, GatehouseHost.ClientSecret, Grant);
        using var wrong = await PostBasicAsync(GatehouseHost.ClientId, "wrong-secret-in-the-log", Grant);
        var tokens = await Hosting.Tokens.ReadAsync(right);

        foreach (var record in Host.Logs.GetSnapshot())
        {
            Assert.DoesNotContain(GatehouseHost.ClientSecret, record.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("wrong-secret-in-the-log", record.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(tokens.AccessToken.Split('.')[2], record.Message, StringComparison.Ordinal);
        }
    }

    private Task<HttpResponseMessage> PostAsync(params (string Name, string Value)[] fields) => Host.PostFormAsync("/token", fields);

    [Theory]
    [InlineData("a secret of a client\n", "a secret of a client", true)]
    [InlineData("a secret of a client\r\n", "a secret of a client\r\n", true)]
    [InlineData("a secret of a client", "a secret of a client\n", true)]
    [InlineData("\uFEFFa secret of a client", "a secret of a client", true)]
    [InlineData(" a secret of a client", "a secret of a client", false)]
    public async Task LineBreakAtTheEndOfASecret_DoesNotCount(string stored, string sent, bool isAccepted)
    {
        await Host.Services.GetRequiredService<FileSecretSource>().AddVersionAsync(GatehouseHost.ClientId, stored, "text/plain", TestContext.Current.CancellationToken);

        using var first = await PostBasicAsync(GatehouseHost.ClientId, sent, Grant);
        Host.Time.Advance(TimeSpan.FromHours(1));
        using var later = await PostBasicAsync(GatehouseHost.ClientId, sent, Grant);

        Assert.Equal(isAccepted ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, first.StatusCode);
        Assert.Equal(first.StatusCode, later.StatusCode);
        Assert.Equal(stored.Trim('\uFEFF', '\r', '\n') == stored ? 0 : 1, Host.Logs.GetSnapshot().Count(static record => record.Message.Contains("which is ignored", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("elevenchars")]
    [InlineData("elevenchars\n")]
    public async Task ShortSecret_IsRefused_AndLoggedOnce(string secret)
    {
        await Host.Services.GetRequiredService<FileSecretSource>().AddVersionAsync(GatehouseHost.ClientId, secret, "text/plain", TestContext.Current.CancellationToken);

        using var first = await PostBasicAsync(GatehouseHost.ClientId, secret, Grant);
        Host.Time.Advance(TimeSpan.FromHours(1));
        using var later = await PostBasicAsync(GatehouseHost.ClientId, secret, Grant);

        Assert.Equal("invalid_client", await first.ReadOAuthErrorAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("invalid_client", await later.ReadOAuthErrorAsync(HttpStatusCode.Unauthorized));
        Assert.Single(Host.Logs.GetSnapshot(), static record => record.Message.Contains("fewer than 12 characters", StringComparison.Ordinal));
    }

    private Task<HttpResponseMessage> PostBasicAsync(string id, string secret, params (string Name, string Value)[] fields) =>
        SendAsync("Basic " + Encode(id, secret), fields);

    // RFC 6749 §2.3.1: form-encoded first, then joined and encoded.
    private static string Encode(string id, string secret) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"{WebUtility.UrlEncode(id)}:{WebUtility.UrlEncode(secret)}"));

    private Task<HttpResponseMessage> SendAsync(string authorization, params (string Name, string Value)[] fields)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/token")
        {
            Content = new FormUrlEncodedContent(fields.Select(static field => KeyValuePair.Create(field.Name, field.Value))),
        };
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return Host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
