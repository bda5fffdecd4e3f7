using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Access;
using Gatehouse.Storage;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Azure.Functions.Worker;

namespace Gatehouse.Tests.Integration.OpenApi;

/// <summary>
/// Every operation is made to fail in each of the ways that the document describes for it. That the answers are as they are
/// described there, <see cref="DescribedApiHandler"/> sees to.
/// </summary>
public sealed class DescribedFailureTests(SharedHost shared) : GatehouseTest(shared), IClassFixture<SharedHost>
{
    private const string FaultHeader = "X-Test-Fault";

    // The 503 of the readiness check is no failure but its answer, and the 403 of logging out is for tokens of other issuers
    // only: Issuers.ForeignCallerTests has it. The 404 of a passkey is for its user only: Authentication.PasskeyTests has it.
    public static TheoryData<string> Described(int status) =>
        [.. ApiDescription.Embedded.Operations.Where(operation => operation.Responses.ContainsKey(status) && (operation.Id, status) is not (("Ready", 503) or ("Logout", 403) or ("EndSession", 404) or ("RemovePasskey", 404))).Select(static operation => operation.Id)];

    public static TheoryData<string> Protected() => [.. ApiDescription.Embedded.Operations.Where(IsProtected).Select(static operation => operation.Id)];

    private protected override GatehouseHostOptions CreateOptions() => CreateOptions([]);

    [Theory]
    [MemberData(nameof(Protected))]
    public async Task NoToken_Is401(string id) => await AssertAnswerAsync(HttpStatusCode.Unauthorized, CreateRequest(id));

    [Theory]
    [MemberData(nameof(Protected))]
    public async Task TwoTokens_Are400(string id)
    {
        using var request = CreateRequest(id);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer one, Bearer two");

        await AssertAnswerAsync(HttpStatusCode.BadRequest, request);
    }

    [Theory]
    [MemberData(nameof(Described), 403)]
    public async Task TokenWithoutTheScope_Is403(string id)
    {
        using var request = CreateRequest(id);
        if (id == "Introspect")
        {
            await Host.AddClientSecretAsync();
            request.Content = new FormUrlEncodedContent([new("token", "any"), new("client_id", GatehouseHost.ClientId), new("client_secret", GatehouseHost.ClientSecret)]);
        }
        else
        {
            // Without scopes, and of a client.
            await AuthorizeAsync(request, "");
        }

        await AssertAnswerAsync(HttpStatusCode.Forbidden, request);
    }

    [Theory]
    [MemberData(nameof(Described), 404)]
    public async Task UnknownResource_Is404(string id)
    {
        await using var host = await GatehouseHost.StartAsync(CreateOptions([("Operations:ServeReference", "false")]));
        using var request = CreateRequest(id);
        request.RequestUri = id == "Home" ? new Uri("/nowhere", UriKind.Relative) : request.RequestUri;
        await AuthorizeAsync(request);

        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Described), 411)]
    public async Task BodyInChunks_Is411(string id)
    {
        using var request = CreateRequest(id);
        await AuthorizeAsync(request);
        request.Headers.TransferEncodingChunked = true;

        await AssertAnswerAsync(HttpStatusCode.LengthRequired, request);
    }

    [Theory]
    [MemberData(nameof(Described), 413)]
    public async Task BodyBeyondTheLimit_Is413(string id)
    {
        using var request = CreateRequest(id);
        await AuthorizeAsync(request);
        request.Content = new StringContent(new string(' ', 65 * 1024), Encoding.UTF8, request.Content!.Headers.ContentType!.MediaType!);

        await AssertAnswerAsync(HttpStatusCode.RequestEntityTooLarge, request);
    }

    [Theory]
    [MemberData(nameof(Described), 415)]
    public async Task BodyOfAnotherType_Is415(string id)
    {
        using var request = CreateRequest(id);
        await AuthorizeAsync(request);
        request.Content = new StringContent("name: lamp", Encoding.UTF8, "application/yaml");

        await AssertAnswerAsync(HttpStatusCode.UnsupportedMediaType, request);
    }

    [Theory]
    [MemberData(nameof(Described), 429)]
    public async Task RequestBeyondTheLimit_Is429(string id)
    {
        await using var host = await GatehouseHost.StartAsync(CreateOptions([
            ("RateLimits:Enabled", "true"),
            ("RateLimits:Default:PermitLimit", "1"),
            ("RateLimits:Routes:Authenticate:PermitLimit", "1"),
            ("RateLimits:Routes:Token:PermitLimit", "1")]));
        using var first = await host.Client.SendAsync(CreateRequest(id), TestContext.Current.CancellationToken);

        using var second = await host.Client.SendAsync(CreateRequest(id), TestContext.Current.CancellationToken);

        Assert.NotEqual(HttpStatusCode.TooManyRequests, first.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Described), 500)]
    public async Task Fault_Is500(string id)
    {
        using var request = CreateRequest(id);
        request.Headers.Add(FaultHeader, "fault");
        await AuthorizeAsync(request);

        await AssertAnswerAsync(HttpStatusCode.InternalServerError, request);
    }

    [Theory]
    [MemberData(nameof(Described), 503)]
    public async Task UnavailableService_Is503(string id)
    {
        using var request = CreateRequest(id);
        request.Headers.Add(FaultHeader, "away");
        await AuthorizeAsync(request);

        await AssertAnswerAsync(HttpStatusCode.ServiceUnavailable, request);
    }

    private static GatehouseHostOptions CreateOptions((string Name, string Value)[] settings) => new()
    {
        Settings = settings.ToDictionary(static setting => setting.Name, static setting => (string?)setting.Value),

        // The last middleware, as near to the function as can be.
        Configure = static builder => builder.Use(static next => async context =>
        {
            var request = await context.GetHttpRequestDataAsync();
            if (request!.Headers.TryGetValues(FaultHeader, out var faults))
            {
                throw faults.Single() == "away" ? new StorageUnavailableException("The storage is away.", new IOException()) : new InvalidOperationException("A fault.");
            }

            await next(context);
        }),
    };

    private static bool IsProtected(ApiOperation operation) => operation.Element.GetProperty("security").EnumerateArray().Any(static way => way.TryGetProperty("bearer", out _));

    private static HttpRequestMessage CreateRequest(string id)
    {
        var operation = ApiDescription.Embedded.Operations.Single(operation => operation.Id == id);
        var path = operation.Path.Replace("{id}", Guid.Empty.ToString("N"), StringComparison.Ordinal).Replace("{username}", "nobody", StringComparison.Ordinal).Replace("{script}", "none.js", StringComparison.Ordinal);
        var request = new HttpRequestMessage(new HttpMethod(operation.Method), path);
        if (operation.ReadBodyExample() is var (mediaType, example))
        {
            request.Content = mediaType == "application/json"
                ? new StringContent(example.GetRawText(), Encoding.UTF8, mediaType)
                : new FormUrlEncodedContent(example.EnumerateObject().Select(static field => KeyValuePair.Create(field.Name, field.Value.GetString()!)));
        }

        return request;
    }

    private async Task AuthorizeAsync(HttpRequestMessage request, string? scope = null)
    {
        // A password, and second factors, has only a person with a session, which no forger can make. It is asked for before the body is read.
        var isForPersons = scope is null && request.Content is not null && request.RequestUri!.OriginalString.StartsWith("/me/", StringComparison.Ordinal);
        var token = isForPersons
            ? (await Host.SignInAsAsync("viewer")).AccessToken
            : await ForgeAsync(scope ?? string.Join(' ', Scopes.All));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    private async Task<string> ForgeAsync(string scope)
    {
        var forge = await TokenForge.CreateAsync(Host);
        var claims = forge.Claims();
        claims["scope"] = scope;
        claims["auth_time"] = Host.Time.GetUtcNow().ToUnixTimeSeconds();
        claims["amr"] = new JsonArray("pwd", "otp", "mfa");
        return forge.Sign(forge.Header().ToJsonString(), claims.ToJsonString());
    }

    private async Task AssertAnswerAsync(HttpStatusCode status, HttpRequestMessage request)
    {
        using var response = await Host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, response.StatusCode);
    }
}
