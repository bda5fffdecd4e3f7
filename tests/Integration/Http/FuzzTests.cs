using System.Net;
using System.Text;
using CsCheck;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.OpenApi;

namespace Gatehouse.Tests.Integration.Http;

/// <summary>
/// Random requests at every route, the same in each run: no text of a stranger is a fault of the API, and openapi.json describes
/// every answer.
/// </summary>
public sealed class FuzzTests : GatehouseTest
{
    private const ulong Seed = 20_261_129;

    // The gate sends more. Without CI a test run would take noticeably longer.
    private static readonly int Requests = Environment.GetEnvironmentVariable("CI") == "true" ? 20_000 : 1_000;

    private static readonly Gen<string> Awkward = Gen.OneOf(
        "", " ", "a", "*", "..", "%2F", "%00", "%ff", "é", "\u202E", "xn--ü", "1e999", "-1", "2147483648", "null", "'", "\"", "\\", "{{7*7}}", "../../etc/passwd", "💥", "\uFFFD", "a\u0301");

    private static readonly Gen<string> Text = Gen.OneOf(Awkward, Gen.String[0, 40], Gen.String[Gen.Char.AlphaNumeric, 1, 200]);

    private static readonly Gen<string> Path = Gen.OneOf(
        Gen.OneOf([.. ApiDescription.Embedded.Operations.Select(static operation => operation.Path).Distinct()]).Select(Text, static (path, text) => System.Text.RegularExpressions.Regex.Replace(path, @"\{\w+\}", Uri.EscapeDataString(text))),
        Text.Array[0, 4].Select(static segments => "/" + string.Join('/', segments.Select(Uri.EscapeDataString))));

    private static readonly Gen<string> Query = Gen.Select(Gen.OneOf("pageSize", "cursor", "category", "search", "x"), Text, static (name, value) => $"{name}={Uri.EscapeDataString(value)}")
        .Array[0, 3].Select(static pairs => string.Join('&', pairs));

    private static readonly Gen<(string Name, string Value)> Header = Gen.Select(
        Gen.OneOf("Authorization", "DPoP", "If-Match", "If-None-Match", "Origin", "Accept", "X-Forwarded-For", "traceparent", "Access-Control-Request-Method", "Access-Control-Request-Headers", "Content-Encoding"),
        Gen.OneOf(
            Text,
            Text.Select(static text => $"Bearer {text}"),
            Text.Select(static text => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}"),
            Gen.Select(Text, Text, static (header, payload) => $"Bearer {Part(header)}.{Part(payload)}.{Part(header)}"),
            Gen.OneOf("W/\"1\"", "\"1\", *", "http://xn--ü", "null", "00-00000000000000000000000000000000-0000000000000000-00", "Bearer {token}", "DPoP {token}")));

    private static readonly Gen<(string Type, string Body)> Body = Gen.Select(
        Gen.OneOf("application/json", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "text/plain", "", "x"),
        Gen.OneOf(
            Text,
            Gen.Select(Gen.OneOf("username", "email", "password", "roles", "name", "price", "currency", "category", "enabled", "currentPassword", "newPassword", "\\ud800"), Json(), static (name, value) => $"\"{name}\":{value}").Array[0, 6].Select(static members => "{" + string.Join(',', members) + "}"),
            Gen.Select(Gen.OneOf("grant_type", "refresh_token", "token", "scope", "client_id", "client_secret", "client_assertion", "client_assertion_type"), Text, static (name, value) => $"{name}={Uri.EscapeDataString(value)}").Array[0, 5].Select(static fields => string.Join('&', fields))));

    private static readonly Gen<FuzzRequest> Request = Gen.Select(
        Gen.OneOf("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"),
        Path,
        Query,
        Header.Array[0, 4],
        Body,
        static (method, path, query, headers, body) => new FuzzRequest(method, path, query, headers, body.Type, body.Body));

    private protected override GatehouseHostOptions CreateOptions() => new()
    {
        Settings = new Dictionary<string, string?> { ["Http:TrustForwardedFor"] = "true", ["Protection:DPoP:RequireNonce"] = "false" },
    };

    [Fact]
    public async Task RandomRequests_AreAnsweredAsDescribed_AndNoneIsAFault()
    {
        var tokens = new[] { (await Host.SignInAsAsync("admin")).AccessToken, (await Host.SignInAsAsync("viewer")).AccessToken };
        await Parallel.ForAsync(0, Requests, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken }, async (number, cancellationToken) =>
        {
            var request = Request.Generate(new PCG((uint)number, Seed), null, out _);
            using var message = request.ToMessage(Host.Client.BaseAddress!, tokens[number % tokens.Length]);
            if (message is not null)
            {
                using var response = await Host.Client.SendAsync(message, cancellationToken);
                Assert.True(response.StatusCode != HttpStatusCode.InternalServerError, $"Request {number} is a fault: {request} {string.Join("; ", request.Headers)}");
            }
        });
    }

    private static string Part(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static Gen<string> Json() => Gen.OneOf(
        Gen.OneOf("null", "true", "[]", "{}", "1e400", "-0.0", "\"\\udfff\"", "[\"admin\"]", "1.10", "12345678901234567890"),
        Text.Select(static text => System.Text.Json.JsonSerializer.Serialize(text)));

    /// <summary>One random request; its text reproduces it.</summary>
    private sealed record FuzzRequest(string Method, string Path, string Query, (string Name, string Value)[] Headers, string MediaType, string Body)
    {
        /// <returns>Null when a client can't send it.</returns>
        public HttpRequestMessage? ToMessage(Uri root, string token)
        {
            // The host itself answers a path that begins with two slashes, and the server resolves dot segments before it routes.
            if (Path.StartsWith("//", StringComparison.Ordinal)
                || Path.Split('/').Any(static segment => segment is "." or "..")
                || !Uri.TryCreate($"{root.GetLeftPart(UriPartial.Authority)}{Path}?{Query}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }, out var url))
            {
                return null;
            }

            var message = new HttpRequestMessage(new HttpMethod(Method), url);
            foreach (var (name, value) in Headers)
            {
                if (value.All(static character => character is >= ' ' and < '\u007F'))
                {
                    message.Headers.TryAddWithoutValidation(name, value.Replace("{token}", token, StringComparison.Ordinal));
                }
            }

            if (Method is not ("GET" or "HEAD" or "TRACE"))
            {
                message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body));
                message.Content.Headers.TryAddWithoutValidation("Content-Type", MediaType);
            }

            return message;
        }
    }
}
