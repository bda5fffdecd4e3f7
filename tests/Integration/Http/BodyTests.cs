using System.Net;
using System.Text;
using Gatehouse.Protection.Http;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Tests.Integration.Http;

/// <summary>Bodies that are not read, and the reasons that the answers give.</summary>
public sealed class BodyTests(SharedHost shared) : GatehouseTest(shared), IClassFixture<SharedHost>
{
    private const string Note = """{"name":"Lamp","category":"home"}""";

    private string _token = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _token = (await Host.SignInAsAsync("writer")).AccessToken;
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("nonsense")]
    [InlineData(null)]
    public async Task AnotherTypeThanJson_IsRefused(string? mediaType)
    {
        using var response = await PostAsync("{}", mediaType);

        await response.ReadProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
        Assert.Equal("application/json", response.Headers.GetValues("Accept").Single());
    }

    [Fact]
    public async Task JsonAtTheTokenEndpoint_IsRefused_AsAnOAuthError()
    {
        using var content = new StringContent("""{"grant_type":"client_credentials"}""", Encoding.UTF8, "application/json");
        using var response = await Host.SendAsync(HttpMethod.Post, "/token", content: content);

        Assert.Equal("invalid_request", await response.ReadOAuthErrorAsync(HttpStatusCode.UnsupportedMediaType));
    }

    [Theory]
    [InlineData("{\"name\":\n  \"x\" oops}", "line 2, position 7")]
    [InlineData("", "The body is empty")]
    [InlineData("{\"name\":\"x\"", "line 1, position 12")]
    [InlineData("{\"name\":1,}", "line 1")]
    public async Task MalformedJson_IsRefused_WithLineAndPosition(string json, string expected)
    {
        using var response = await PostAsync(json);

        var problem = await response.ReadProblemAsync(HttpStatusCode.BadRequest, "malformed-request");
        Assert.Contains(expected, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MalformedJson_IsNotQuoted()
    {
        using var content = new StringContent("{\"username\":\"viewer\",\"password\":\"hunter2\" hunter2}", Encoding.UTF8, "application/json");
        using var response = await Host.SendAsync(HttpMethod.Post, "/authenticate", content: content);

        var problem = await response.ReadProblemAsync(HttpStatusCode.BadRequest, "malformed-request");
        Assert.DoesNotContain("hunter2", problem.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{\"name\":\"a\",\"name\":\"b\"}")]
    [InlineData("{\"\\ud800\":1}")]
    public async Task JsonOtherThanAPlainObject_IsRefused(string json)
    {
        using var response = await PostAsync(json);

        await response.ReadProblemAsync(HttpStatusCode.BadRequest, "malformed-request");
    }

    [Theory]
    [InlineData(10)]
    [InlineData(30_000)]
    public async Task DeepJson_IsRefused(int depth)
    {
        using var response = await PostAsync($$"""{"name":{{new string('[', depth)}}{{new string(']', depth)}}}""");

        await response.ReadProblemAsync(HttpStatusCode.BadRequest, "malformed-request");
    }

    [Fact]
    public async Task HalfOfASurrogatePair_IsAFieldError()
    {
        using var note = await PostAsync("""{"name":"\ud800","category":"c"}""");
        using var content = new StringContent("""{"username":"ada","password":"\udfff"}""", Encoding.UTF8, "application/json");
        using var signIn = await Host.SendAsync(HttpMethod.Post, "/authenticate", content: content);

        Assert.Equal(["name"], HttpResponseMessageExtensions.FieldsOf(await note.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request")));
        Assert.Equal(["password"], HttpResponseMessageExtensions.FieldsOf(await signIn.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request")));
    }

    [Fact]
    public async Task EveryFieldError_IsListedAtOnce_UnknownFieldsAmongThem()
    {
        using var response = await PostAsync("""{"name":" ","description":7,"colour":"red"}""");

        var problem = await response.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal(["category", "colour", "description", "name"], HttpResponseMessageExtensions.FieldsOf(problem));
        Assert.Equal(2, problem.GetProperty("errors").GetProperty("name").GetArrayLength());
    }

    [Fact]
    public async Task ThousandsOfUnknownFields_AreNotAllRepeated()
    {
        using var response = await PostAsync("{" + string.Join(',', Enumerable.Range(0, 5_000).Select(static number => $"\"a{number}\":1")) + "}");

        var problem = await response.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal(20, HttpResponseMessageExtensions.FieldsOf(problem).Count(static field => field[0] == 'a'));
        Assert.Contains("category", HttpResponseMessageExtensions.FieldsOf(problem));
    }

    [Fact]
    public async Task Null_CountsAsMissing_WhereTheFieldIsKnown()
    {
        using var added = await PostAsync("""{"name":"Lamp","category":"home","description":null}""");
        using var refused = await PostAsync("""{"name":null,"category":"home","colour":null}""");

        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        Assert.Equal(["colour", "name"], HttpResponseMessageExtensions.FieldsOf(await refused.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request")));
    }

    [Theory]
    [InlineData(64 * 1024, HttpStatusCode.BadRequest)]
    [InlineData((64 * 1024) + 1, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Body_MayHave64KiB(int length, HttpStatusCode expected)
    {
        using var response = await PostAsync(new string(' ', length));

        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData(NoteFunctions.Path, "application/json")]
    [InlineData("/authenticate", "application/json")]
    public async Task BodyInChunks_Is411(string path, string mediaType)
    {
        using var response = await PostInChunksAsync(path, mediaType);

        await response.ReadProblemAsync(HttpStatusCode.LengthRequired, "length-required");
    }

    [Fact]
    public async Task BodyInChunks_AtAnOAuthEndpoint_Is411_AsAnOAuthError()
    {
        using var response = await PostInChunksAsync("/token", "application/x-www-form-urlencoded");

        Assert.Equal("invalid_request", await response.ReadOAuthErrorAsync(HttpStatusCode.LengthRequired));
    }

    [Theory]
    [InlineData("application/json;")]
    [InlineData("application/json ; ; charset=utf-8 ;")]
    [InlineData("APPLICATION/Json;Charset=\"UTF-8\"")]
    public async Task Json_IsRead_HoweverItsTypeIsWritten(string mediaType)
    {
        var (status, body) = await Host.PostLinesAsync(NoteFunctions.Path, mediaType, Note, $"Authorization: Bearer {_token}");

        Assert.True(status == HttpStatusCode.Created, body);
    }

    [Fact]
    public async Task Json_WithAByteOrderMark_IsRead()
    {
        using var response = await PostAsync("\uFEFF" + Note);
        using var onlyMark = await PostAsync("\uFEFF");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        await onlyMark.ReadProblemAsync(HttpStatusCode.BadRequest, "malformed-request");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("identity, deflate")]
    public async Task CompressedBody_IsRefused_AndTheAnswerSaysWhy(string coding)
    {
        using var content = new StringContent(Note, Encoding.UTF8, "application/json");
        content.Headers.TryAddWithoutValidation("Content-Encoding", coding);
        using var response = await Host.SendAsync(HttpMethod.Post, NoteFunctions.Path, _token, content);

        var problem = await response.ReadProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
        Assert.Contains("without Content-Encoding", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("identity", response.Headers.GetValues("Accept-Encoding").Single());
    }

    [Fact]
    public async Task BodyWithTheCodingIdentity_IsRead()
    {
        using var content = new StringContent(Note, Encoding.UTF8, "application/json");
        content.Headers.TryAddWithoutValidation("Content-Encoding", "identity");
        using var response = await Host.SendAsync(HttpMethod.Post, NoteFunctions.Path, _token, content);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    private async Task<HttpResponseMessage> PostInChunksAsync(string path, string mediaType)
    {
        using var content = new StringContent("{}", Encoding.UTF8, mediaType);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Authorization = new("Bearer", _token);
        return await Host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private Task<HttpResponseMessage> PostAsync(string body, string? mediaType = "application/json; charset=utf-8")
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (mediaType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        }

        return Host.SendAsync(HttpMethod.Post, NoteFunctions.Path, _token, content);
    }
}

/// <summary>A function that reads a body of several fields.</summary>
public static class NoteFunctions
{
    public const string Path = "/notes";

    [Function("AddNote")]
    [Authorize(Policy = "samples:write")]
    public static async Task<HttpResponseData> AddAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "notes")] HttpRequestData request)
    {
        var body = await JsonBody.ReadAsync(request);
        var name = body.RequiredString("name", 100);
        body.RequiredString("category", 100);
        body.OptionalString("description", 100);
        if (string.IsNullOrWhiteSpace(name))
        {
            body.AddError("name", "Begin with a letter.");
        }

        body.ThrowIfInvalid();
        return request.CreateResponse(HttpStatusCode.Created);
    }
}
