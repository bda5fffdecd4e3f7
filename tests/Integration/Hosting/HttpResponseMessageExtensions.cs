using System.Net;
using System.Text.Json;

namespace Gatehouse.Tests.Integration.Hosting;

internal static class HttpResponseMessageExtensions
{
    /// <summary>Reads a JSON body.</summary>
    public static async Task<JsonElement> ReadJsonAsync(this HttpResponseMessage response)
    {
        using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        return document.RootElement.Clone();
    }

    /// <summary>Reads a problem document, having seen that it is a whole one and that it says the status of the answer.</summary>
    public static async Task<JsonElement> ReadProblemAsync(this HttpResponseMessage response, HttpStatusCode status, string type)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.ReadJsonAsync();
        Assert.Equal("urn:gatehouse:problem:" + type, problem.GetProperty("type").GetString());
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        Assert.NotEmpty(problem.GetProperty("traceId").GetString()!);
        return problem;
    }

    /// <summary>Reads an OAuth error, having seen that no cache may keep it.</summary>
    public static async Task<string> ReadOAuthErrorAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoStore);
        var error = await response.ReadJsonAsync();
        Assert.NotEmpty(error.GetProperty("error_description").GetString()!);
        return error.GetProperty("error").GetString()!;
    }

    /// <summary>The fields that a problem document names as wrong.</summary>
    public static IEnumerable<string> FieldsOf(JsonElement problem) => problem.GetProperty("errors").EnumerateObject().Select(static field => field.Name);
}
