using System.Reflection;
using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Api;

/// <summary>Answers a path that no function has, or not for this method.</summary>
internal sealed class UnknownRoute(FunctionCatalog functions)
{
    private static readonly string Version =
        typeof(UnknownRoute).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    private static readonly (string Name, string Path)[] Links =
    [
        ("authenticate", "/authenticate"),
        ("token", "/token"),
        ("products", "/api/products"),
        ("discovery", "/.well-known/openid-configuration"),
        ("openapi", "/openapi.json"),
        ("health", "/health"),
    ];

    public async Task<HttpResponseData> AnswerAsync(HttpRequestData request)
    {
        var path = request.Url.AbsolutePath;
        if (path == "/" && request.Method is "GET" or "HEAD")
        {
            return await WelcomeAsync(request);
        }

        var allowed = path == "/" ? ["GET", "HEAD"] : FindMethods(path);
        if (allowed.Count > 0)
        {
            var methods = string.Join(", ", allowed);
            return await request.CreateProblemAsync(
                new Problem(ProblemType.MethodNotAllowed, $"Use one of: {methods}.").With("Allow", methods));
        }

        return await request.CreateProblemAsync(new Problem(ProblemType.NotFound, "No route has this path. GET / lists where to begin."));
    }

    private async Task<HttpResponseData> WelcomeAsync(HttpRequestData request)
    {
        var links = Links.Where(link => FindMethods(link.Path).Count > 0).ToDictionary(static link => link.Name, static link => link.Path);
        return await request.JsonAsync(new HomeDocument("Gatehouse", Version, links), ApiJsonContext.Default.HomeDocument);
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
