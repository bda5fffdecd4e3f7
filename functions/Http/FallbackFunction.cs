using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Http;

/// <summary>
/// Answers what no other route takes. It has to be a function: the Functions host answers a wrong method with a bare
/// 404, and only what reaches the app gets an answer that helps.
/// </summary>
internal sealed class FallbackFunction(FunctionCatalog functions)
{
    private static readonly string Version =
        typeof(FallbackFunction).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    [Function("Fallback")]
    [AllowAnonymous]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "{*path}")] HttpRequestData request)
    {
        var path = request.Url.AbsolutePath.TrimStart('/');
        if (path.Length == 0 && request.Method is "GET" or "HEAD")
        {
            return await WelcomeAsync(request);
        }

        var allowed = path.Length == 0 ? ["GET", "HEAD"] : FindMethods(path);
        if (allowed.Count > 0)
        {
            var methods = string.Join(", ", allowed);
            return await request.CreateProblemAsync(
                new Problem(ProblemType.MethodNotAllowed, $"Use one of: {methods}.").With("Allow", methods));
        }

        return await request.CreateProblemAsync(new Problem(ProblemType.NotFound, "No route has this path. GET / lists where to begin."));
    }

    private static async Task<HttpResponseData> WelcomeAsync(HttpRequestData request)
    {
        var response = request.CreateResponse(HttpStatusCode.OK);
        var document = new HomeDocument("Gatehouse", Version, new Dictionary<string, string>
        {
            ["authenticate"] = "/authenticate",
            ["token"] = "/token",
            ["products"] = "/api/products",
            ["discovery"] = "/.well-known/openid-configuration",
            ["openapi"] = "/openapi.json",
            ["health"] = "/health",
        });
        await response.WriteJsonAsync(document, HttpJsonContext.Default.HomeDocument);
        return response;
    }

    private SortedSet<string> FindMethods(string path)
    {
        var methods = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var endpoint in functions.Endpoints)
        {
            if (!endpoint.IsCatchAll && endpoint.Matches(path))
            {
                methods.UnionWith(endpoint.Methods);
            }
        }

        return methods;
    }
}
