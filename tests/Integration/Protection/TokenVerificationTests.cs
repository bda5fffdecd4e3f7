using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Protection;

/// <summary>What the middleware makes of tokens that are not quite right: a test for each case that is refused.</summary>
public sealed class TokenVerificationTests : IAsyncLifetime
{
    private GatehouseHost _host = null!;
    private TokenForge _forge = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await GatehouseHost.StartAsync();
        _forge = await TokenForge.CreateAsync(_host);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task ForgedToken_LikeAGoodOne_IsAccepted()
    {
        // The measure for all that follows: nothing but the named difference is why those are refused.
        using var response = await _host.GetAsync("/api/products", GoodToken());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task NoToken_IsAskedForOne_WithoutErrorCode()
    {
        using var response = await _host.GetAsync("/api/products");

        await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "authentication-required");
        var challenge = response.Headers.WwwAuthenticate.ToString();
        Assert.StartsWith($"Bearer realm=\"{GatehouseHost.Audience}\"", challenge, StringComparison.Ordinal);
        Assert.DoesNotContain("error", challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoAuthorizationHeaders_AreABadRequest()
    {
        var good = GoodToken();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/products");
        request.Headers.TryAddWithoutValidation("Authorization", [$"Bearer {good}", $"Bearer {good}"]);

        using var response = await _host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        await response.ReadProblemAsync(HttpStatusCode.BadRequest, "malformed-request");
        Assert.Contains("error=\"invalid_request\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("Bearers abc")]
    [InlineData("abc")]
    public async Task AnotherScheme_IsAskedForABearerToken(string authorization)
    {
        using var response = await SendAuthorizationAsync(authorization);

        await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "authentication-required");
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer    ")]
    public async Task EmptyToken_IsRefused(string authorization)
    {
        using var response = await SendAuthorizationAsync(authorization);

        await AssertRejectedAsync(response, "is not a signed JSON Web Token");
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a.b")]
    [InlineData("e30.e30.e30.e30")]
    [InlineData("e30.e30.e30.e30.e30")]
    [InlineData(".e30.e30")]
    [InlineData("e30..e30")]
    [InlineData("e30.e30.")]
    [InlineData("..")]
    public Task NotThreeParts_IsRefused(string token) => AssertRejectedAsync(token, "is not a signed JSON Web Token");

    [Theory]
    [InlineData("e3*0", 0)]
    [InlineData("e30=", 0)]
    [InlineData("e30%3D", 1)]
    [InlineData("e3+/", 1)]
    [InlineData("a", 2)]
    public async Task BrokenBase64_IsRefused(string part, int index)
    {
        var parts = GoodToken().Split('.');
        parts[index] = part;

        await AssertRejectedAsync(string.Join('.', parts), "is not a signed JSON Web Token");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{\"alg\":\"RS256\"}{}")]
    [InlineData("{\"\\ud800\":1}")]
    public async Task BrokenJsonInHeader_IsRefused(string header) =>
        await AssertRejectedAsync(_forge.Sign(header, _forge.Claims().ToJsonString()), "is not a signed JSON Web Token");

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("17")]
    [InlineData("{\"iss\":\"a\",}")]
    [InlineData("{\"\\ud800\":1}")]
    public async Task BrokenJsonInPayload_IsRefused(string payload) =>
        await AssertRejectedAsync(_forge.Sign(_forge.Header().ToJsonString(), payload), "is not a signed JSON Web Token");

    [Fact]
    public async Task InvalidUtf8InPayload_IsRefused()
    {
        var header = TokenForge.Encode([.. System.Text.Encoding.UTF8.GetBytes(_forge.Header().ToJsonString())]);

        await AssertRejectedAsync($"{header}.{TokenForge.Encode([0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D])}.AAAA", "is not a signed JSON Web Token");
    }

    [Fact]
    public async Task DuplicateMemberInHeader_IsRefused()
    {
        var header = $$"""{"alg":"RS256","kid":"{{_forge.Key.Kid}}","typ":"at+jwt","alg":"none"}""";

        await AssertRejectedAsync(_forge.Sign(header, _forge.Claims().ToJsonString()), "holds a member twice");
    }

    [Fact]
    public async Task DuplicateMemberInPayload_IsRefused()
    {
        var payload = _forge.Claims().ToJsonString().Replace("\"scope\":", "\"scope\":\"products:write\",\"scope\":", StringComparison.Ordinal);

        await AssertRejectedAsync(_forge.Sign(_forge.Header().ToJsonString(), payload), "holds a member twice");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("NONE")]
    [InlineData("nOnE")]
    [InlineData("")]
    [InlineData("RS384")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public async Task AnotherAlgorithm_IsRefused(string algorithm) =>
        await AssertRejectedAsync(_forge.WithHeader("alg", algorithm), "algorithm that its key is not for");

    [Fact]
    public Task NoAlgorithm_IsRefused() => AssertRejectedAsync(_forge.WithHeader("alg", null), "algorithm that its key is not for");

    [Fact]
    public async Task UnsignedToken_IsRefused()
    {
        var header = _forge.Header();
        header["alg"] = "none";
        var token = TokenForge.Sign(header.ToJsonString(), _forge.Claims().ToJsonString(), static _ => []);

        await AssertRejectedAsync(token, "is not a signed JSON Web Token");
    }

    [Fact]
    public async Task Hs256SignedWithThePublicKey_IsRefused()
    {
        using var rsa = _forge.CreateRsa();
        var header = _forge.Header();
        header["alg"] = "HS256";
        foreach (var publicKey in new[] { rsa.ExportSubjectPublicKeyInfo(), System.Text.Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()) })
        {
            var token = TokenForge.Sign(header.ToJsonString(), _forge.Claims().ToJsonString(), content => HMACSHA256.HashData(publicKey, content));

            await AssertRejectedAsync(token, "algorithm that its key is not for");
        }
    }

    [Fact]
    public async Task SignedWithAnotherKey_UnderOurKeyId_IsRefused()
    {
        using var rsa = RSA.Create(2048);
        var token = TokenForge.Sign(
            _forge.Header().ToJsonString(),
            _forge.Claims().ToJsonString(),
            content => rsa.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

        await AssertRejectedAsync(token, "signature of the access token is wrong");
    }

    [Theory]
    [InlineData("another")]
    [InlineData("../../../../dev/null")]
    [InlineData("' OR '1'='1")]
    [InlineData("x\u0000y")]
    public Task UnknownKeyId_IsRefused(string kid) => AssertRejectedAsync(_forge.WithHeader("kid", kid), "a key that is not known here");

    [Fact]
    public Task NoKeyId_IsRefused() => AssertRejectedAsync(_forge.WithHeader("kid", null), "names no key");

    [Fact]
    public Task KeyIdThatIsNoText_IsRefused() => AssertRejectedAsync(_forge.WithHeader("kid", 17), "names no key");

    [Fact]
    public async Task EmbeddedKey_IsNotUsed()
    {
        using var rsa = RSA.Create(2048);
        var parameters = rsa.ExportParameters(includePrivateParameters: false);
        var header = _forge.Header();
        header["jwk"] = new JsonObject
        {
            ["kty"] = "RSA",
            ["n"] = TokenForge.Encode(parameters.Modulus!),
            ["e"] = TokenForge.Encode(parameters.Exponent!),
        };

        await AssertRejectedAsync(SignWith(rsa, header), "signature of the access token is wrong");
    }

    [Theory]
    [InlineData("jku", "https://attacker.example/jwks.json")]
    [InlineData("x5u", "https://attacker.example/certificate.pem")]
    public async Task KeyByReference_IsNotFetched(string member, string url)
    {
        using var rsa = RSA.Create(2048);
        var header = _forge.Header();
        header[member] = url;

        await AssertRejectedAsync(SignWith(rsa, header), "signature of the access token is wrong");
    }

    [Theory]
    [InlineData("exp")]
    [InlineData("b64")]
    public Task CriticalHeader_IsRefused(string extension) =>
        AssertRejectedAsync(_forge.WithHeader("crit", new JsonArray(extension)), "asks for an extension");

    [Theory]
    [InlineData("https://attacker.example")]
    [InlineData("http://localhost:7071/")]
    [InlineData("")]
    public Task WrongIssuer_IsRefused(string issuer) => AssertRejectedAsync(_forge.WithClaim("iss", issuer), "comes from another issuer");

    [Fact]
    public Task NoIssuer_IsRefused() => AssertRejectedAsync(_forge.WithClaim("iss", null), "comes from another issuer");

    [Theory]
    [InlineData("another-api")]
    [InlineData("GATEHOUSE-TESTS")]
    [InlineData("")]
    public Task WrongAudience_IsRefused(string audience) => AssertRejectedAsync(_forge.WithClaim("aud", audience), "is for another audience");

    [Fact]
    public Task NoAudience_IsRefused() => AssertRejectedAsync(_forge.WithClaim("aud", null), "is for another audience");

    [Fact]
    public Task AudienceArrayWithoutOurs_IsRefused() =>
        AssertRejectedAsync(_forge.WithClaim("aud", new JsonArray("one-api", "another-api")), "is for another audience");

    [Fact]
    public async Task AudienceArrayWithOurs_IsAccepted()
    {
        using var response = await _host.GetAsync("/api/products", _forge.WithClaim("aud", new JsonArray("one-api", GatehouseHost.Audience)));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Expired_IsAcceptedWithinTheSkewOfClocks_AndRefusedAfterIt()
    {
        var token = _forge.WithClaim("jti", "short-lived");
        _host.Time.Advance(TimeSpan.FromSeconds(600 + 29));
        using (var response = await _host.GetAsync("/api/products", token))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        _host.Time.Advance(TimeSpan.FromSeconds(1));

        await AssertRejectedAsync(token, "has expired");
    }

    [Fact]
    public async Task IssuedWhenTokensLivedLonger_ExpiresAsTheyDoNow()
    {
        var token = _forge.WithClaim("exp", _host.Time.GetUtcNow().AddHours(1).ToUnixTimeSeconds());
        _host.Time.Advance(TimeSpan.FromSeconds(600 + 29));
        using (var response = await _host.GetAsync("/api/products", token))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        _host.Time.Advance(TimeSpan.FromSeconds(1));

        await AssertRejectedAsync(token, "has expired");
    }

    [Fact]
    public async Task NotYetValid_IsRefused_AndAcceptedWithinTheSkewOfClocks()
    {
        var token = _forge.WithClaim("nbf", _host.Time.GetUtcNow().ToUnixTimeSeconds() + 60);
        await AssertRejectedAsync(token, "is not valid yet");

        _host.Time.Advance(TimeSpan.FromSeconds(30));

        using var response = await _host.GetAsync("/api/products", token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("exp")]
    [InlineData("iat")]
    [InlineData("sub")]
    [InlineData("client_id")]
    [InlineData("jti")]
    [InlineData("scope")]
    public Task MissingClaim_IsRefused(string claim) => AssertRejectedAsync(_forge.WithClaim(claim, null), "lacks a claim");

    [Theory]
    [InlineData("exp", "\"4102444800\"")]
    [InlineData("exp", "-1")]
    [InlineData("exp", "1e400")]
    [InlineData("exp", "99999999999999999999")]
    [InlineData("exp", "253402300800")]
    [InlineData("exp", "true")]
    [InlineData("exp", "null")]
    [InlineData("iat", "\"now\"")]
    [InlineData("iat", "-5")]
    [InlineData("nbf", "\"0\"")]
    [InlineData("nbf", "-1")]
    [InlineData("scope", "17")]
    [InlineData("scope", "[\"products:read\"]")]
    [InlineData("sub", "{}")]
    [InlineData("sub", "\"\"")]
    [InlineData("sub", "\"\\ud800\"")]
    [InlineData("roles", "\"admin\"")]
    [InlineData("roles", "[1]")]
    [InlineData("sid", "1")]
    [InlineData("auth_time", "\"x\"")]
    [InlineData("cnf", "\"x\"")]
    [InlineData("cnf", "{}")]
    [InlineData("cnf", "{\"jkt\":\"\"}")]
    [InlineData("cnf", "{\"jkt\":1}")]
    [InlineData("cnf", "{\"x5t#S256\":\"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2\"}")]
    public async Task ClaimOfTheWrongType_IsRefused(string claim, string json)
    {
        var claims = _forge.Claims();
        claims.Remove(claim);
        var payload = claims.ToJsonString()[..^1] + $",\"{claim}\":{json}}}";

        await AssertRejectedAsync(_forge.Sign(_forge.Header().ToJsonString(), payload), "lacks a claim");
    }

    [Theory]
    [InlineData("JWT")]
    [InlineData("logout+jwt")]
    [InlineData("dpop+jwt")]
    [InlineData("")]
    public Task AnotherType_IsRefused(string type) => AssertRejectedAsync(_forge.WithHeader("typ", type), "is not an access token");

    [Fact]
    public Task NoType_IsRefused() => AssertRejectedAsync(_forge.WithHeader("typ", null), "is not an access token");

    [Fact]
    public Task TypeThatIsNoText_IsRefused() => AssertRejectedAsync(_forge.WithHeader("typ", 1), "is not an access token");

    [Fact]
    public async Task Over8KiB_IsRefused()
    {
        var token = _forge.WithClaim("padding", new string('x', 8192));

        await AssertRejectedAsync(token, "is longer than 8192 characters");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(100)]
    public async Task SignatureCut_IsRefused(int characters)
    {
        var token = GoodToken();
        using var response = await _host.GetAsync("/api/products", token[..^characters]);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("=")]
    [InlineData("==")]
    [InlineData("AAAA")]
    [InlineData("%20")]
    public async Task SignaturePadded_IsRefused(string padding)
    {
        using var response = await _host.GetAsync("/api/products", GoodToken() + padding);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task SignatureWithStrayBits_IsRefused()
    {
        // 256 bytes end with a character of which four bits count; the same bytes have fifteen other spellings.
        var token = GoodToken();
        var other = token[..^1] + (char)(token[^1] + 1);

        await AssertRejectedAsync(other, "is not a signed JSON Web Token");
    }

    [Fact]
    public async Task TamperedClaim_IsRefused()
    {
        var parts = GoodToken().Split('.');
        var claims = _forge.Claims();
        claims["scope"] = "products:read products:write products:delete users:write";
        parts[1] = TokenForge.Encode(System.Text.Encoding.UTF8.GetBytes(claims.ToJsonString()));

        await AssertRejectedAsync(string.Join('.', parts), "signature of the access token is wrong");
    }

    [Fact]
    public async Task RefusedToken_IsNotRemembered_AsOneThatWasRight()
    {
        var parts = GoodToken().Split('.');
        using (var first = await _host.GetAsync("/api/products", string.Join('.', parts)))
        {
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        }

        parts[2] = TokenForge.Encode(new byte[256]);

        await AssertRejectedAsync(string.Join('.', parts), "signature of the access token is wrong");
        await AssertRejectedAsync(string.Join('.', parts), "signature of the access token is wrong");
    }

    [Fact]
    public async Task MissingScope_IsForbidden_AndTheScopeIsNamed()
    {
        using var response = await _host.GetAsync("/api/products", _forge.WithClaim("scope", "products:write profile"));

        await response.ReadProblemAsync(HttpStatusCode.Forbidden, "access-denied");
        var challenge = response.Headers.WwwAuthenticate.ToString();
        Assert.Contains("error=\"insufficient_scope\"", challenge, StringComparison.Ordinal);
        Assert.Contains("scope=\"products:read\"", challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rejection_IsLoggedByReason_WithoutTheToken()
    {
        var token = _forge.WithClaim("aud", "another-api");
        await AssertRejectedAsync(token, "is for another audience");

        var messages = _host.Logs.GetSnapshot().Select(static record => record.Message + record.Exception).ToArray();
        Assert.Contains(messages, static message => message.Contains("wrong_audience", StringComparison.Ordinal));
        Assert.DoesNotContain(messages, message => message.Contains(token.Split('.')[2], StringComparison.Ordinal) || message.Contains(token.Split('.')[1], StringComparison.Ordinal));
    }

    private static async Task AssertRejectedAsync(HttpResponseMessage response, string reason)
    {
        var problem = await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-token");
        Assert.Contains(reason, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        var challenge = response.Headers.WwwAuthenticate.ToString();
        Assert.StartsWith($"Bearer realm=\"{GatehouseHost.Audience}\", error=\"invalid_token\", error_description=\"", challenge, StringComparison.Ordinal);
        Assert.Contains(reason, challenge, StringComparison.Ordinal);
    }

    private static string SignWith(RSA rsa, JsonObject header) => TokenForge.Sign(
        header.ToJsonString(),
        new JsonObject { ["iss"] = GatehouseHost.Issuer, ["aud"] = GatehouseHost.Audience, ["sub"] = "x", ["client_id"] = "x", ["scope"] = "products:read", ["jti"] = "x", ["iat"] = 1, ["exp"] = 4_102_444_800 }.ToJsonString(),
        content => rsa.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    private async Task AssertRejectedAsync(string token, string reason)
    {
        using var response = await _host.GetAsync("/api/products", token);
        await AssertRejectedAsync(response, reason);
    }

    private Task<HttpResponseMessage> SendAuthorizationAsync(string authorization)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/products");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return _host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private string GoodToken() => _forge.Sign(_forge.Header().ToJsonString(), _forge.Claims().ToJsonString());
}
