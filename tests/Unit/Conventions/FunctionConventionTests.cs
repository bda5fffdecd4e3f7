using System.Reflection;
using Gatehouse.Access;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Gatehouse.RateLimits;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Tests.Unit.Conventions;

/// <summary>What must never slip when a function is added.</summary>
public sealed class FunctionConventionTests
{
    private static readonly FunctionCatalog Catalog = new([new FunctionAssembly(typeof(FunctionCatalog).Assembly)]);

    public static TheoryData<string> Names() => [.. Catalog.Endpoints.Select(static endpoint => endpoint.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Function_StatesItsAccessRule(string name)
    {
        Assert.False(AccessRule.Of(Find(name)).IsRefused, $"{name} states no access rule: put [Authorize] or [AllowAnonymous] on it.");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Function_AsksForNoFunctionKey(string name)
    {
        Assert.Equal(AuthorizationLevel.Anonymous, Trigger(name).AuthLevel);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Function_ReturnsTheResponseItself(string name)
    {
        // With a result object around it, a middleware's refusal would leave as 200 (azure-functions-dotnet-worker issue 765).
        Assert.Equal(typeof(Task<HttpResponseData>), Find(name).Method.ReturnType);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Function_TakesNothingThatACallerCanName(string name)
    {
        // The Functions host binds the query and the members of a JSON body to parameters by their names. The route comes
        // last and wins, and what has one of these types is not looked for there.
        var function = Find(name);
        var open = function.Method.GetParameters().Where(parameter =>
            parameter.ParameterType != typeof(HttpRequestData)
            && parameter.ParameterType != typeof(FunctionContext)
            && parameter.ParameterType != typeof(CancellationToken)
            && !function.Route.Contains($"{{{parameter.Name}}}", StringComparison.Ordinal));

        Assert.Empty(open);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Function_ThatAnswersGet_AnswersHead(string name)
    {
        var methods = Find(name).Methods;

        Assert.Equal(methods.Contains("GET"), methods.Contains("HEAD"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Function_AsksForScopesThatExist(string name)
    {
        Assert.Empty(AccessRule.Of(Find(name)).Scopes.Except(Scopes.All));
    }

    [Fact]
    public void OnlyTheFallback_TakesEveryRouteAndMethod()
    {
        Assert.Equal(["ZzFallback"], Catalog.Endpoints.Where(static endpoint => endpoint.IsCatchAll || endpoint.Methods.IsEmpty).Select(static endpoint => endpoint.Name));
    }

    [Fact]
    public void TheFallback_IsLastByName()
    {
        // The Functions host tries routes in the order of the functions' names: one behind the fallback would never be reached.
        Assert.Equal("ZzFallback", Catalog.Endpoints.MaxBy(static endpoint => endpoint.Name, StringComparer.OrdinalIgnoreCase)!.Name);
    }

    [Fact]
    public void AnonymousFunctions_AreTheseAndNoOthers()
    {
        // Whoever opens one more to the world changes this list, and a reviewer sees it.
        Assert.Equal(
            ["Authenticate", "Introspect", "Jwks", "Live", "OAuthAuthorizationServer", "OAuthProtectedResource", "OpenApi", "OpenIdConfiguration", "Ready", "Reference", "ReferenceScript", "Revoke", "Token", "ZzFallback"],
            Catalog.Endpoints.Where(static endpoint => AccessRule.Of(endpoint).IsAnonymous).Select(static endpoint => endpoint.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void FunctionsWithoutARateLimit_AreTheseAndNoOthers()
    {
        // What the platform and other services ask for must be answered, and costs little.
        Assert.Equal(
            ["Jwks", "Live", "OAuthAuthorizationServer", "OAuthProtectedResource", "OpenIdConfiguration", "Ready"],
            Catalog.Endpoints.Where(static endpoint => !RateLimitsOptionsValidator.IsLimited(endpoint)).Select(static endpoint => endpoint.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void FeatureFolders_KnowNothingOfStorageImplementations()
    {
        var namespaces = typeof(FunctionCatalog).Assembly.GetTypes().Select(static type => type.Namespace).Distinct();

        Assert.DoesNotContain("Gatehouse.Local", namespaces);
        Assert.DoesNotContain(typeof(FunctionCatalog).Assembly.GetReferencedAssemblies(), static assembly => assembly.Name!.Contains("Sqlite", StringComparison.Ordinal));
    }

    private static FunctionEndpoint Find(string name) => Assert.IsType<FunctionEndpoint>(Catalog.Find(name));

    private static HttpTriggerAttribute Trigger(string name) =>
        Find(name).Method.GetParameters().Select(static parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).OfType<HttpTriggerAttribute>().Single();
}
