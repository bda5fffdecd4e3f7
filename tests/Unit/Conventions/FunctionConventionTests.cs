using System.Reflection;
using Gatehouse.Access;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Tests.Unit.Conventions;

/// <summary>Rules that every function keeps, checked whenever one is added.</summary>
public sealed class FunctionConventionTests
{
    private static readonly FunctionCatalog Catalog = new([typeof(GatehouseBuilderExtensions).Assembly]);

    public static TheoryData<string> Names() => [.. Catalog.Endpoints.Select(static endpoint => endpoint.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Function_StatesItsAccessRule(string name)
    {
        Assert.False(AccessRule.Of(Find(name)).IsRefused, $"{name} states no access rule: put [Authorize] or [AllowAnonymous] on it.");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Function_NeedsNoFunctionKey(string name)
    {
        Assert.Equal(AuthorizationLevel.Anonymous, Trigger(name).AuthLevel);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Function_ReturnsHttpResponseData(string name)
    {
        // In a result object, a middleware's refusal becomes a 200 (azure-functions-dotnet-worker issue 765).
        Assert.Equal(typeof(Task<HttpResponseData>), Find(name).Method.ReturnType);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Function_HasNoParameter_ThatACallerCanBind(string name)
    {
        // The Functions host binds query parameters and members of a JSON body to parameters of the same name. Route values
        // override them, and it does not bind these three types.
        var function = Find(name);
        var open = function.Method.GetParameters().Where(parameter =>
            parameter.ParameterType != typeof(HttpRequestData)
            && parameter.ParameterType != typeof(FunctionContext)
            && parameter.ParameterType != typeof(CancellationToken)
            && !function.Route.Contains($"{{{parameter.Name}}}", StringComparison.Ordinal));

        Assert.True(!open.Any(), $"{name} has parameters that a caller could bind: {string.Join(", ", open.Select(static parameter => parameter.Name))}. Put each into the route, or read it from HttpRequestData.");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Function_ThatAnswersGet_AnswersHead(string name)
    {
        var methods = Find(name).Methods;

        Assert.True(methods.Contains("GET") == methods.Contains("HEAD"), $"{name} answers only one of GET and HEAD: name both in its [HttpTrigger].");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Function_RequiresOnlyKnownScopes(string name)
    {
        var unknown = AccessRule.Of(Find(name)).Scopes.Except(Scopes.All).ToArray();

        Assert.True(unknown.Length == 0, $"{name} requires {string.Join(' ', unknown)}: add it to Scopes.All, or correct the policy.");
    }

    [Fact]
    public void OnlyTheFallback_MatchesEveryRouteAndMethod()
    {
        Assert.Equal(["ZzFallback"], Catalog.Endpoints.Where(static endpoint => endpoint.IsCatchAll || endpoint.Methods.IsEmpty).Select(static endpoint => endpoint.Name));
    }

    [Fact]
    public void TheFallback_IsLastByName()
    {
        // The Functions host tries routes in the order of the functions' names, so it would never reach one after the fallback.
        Assert.Equal("ZzFallback", Catalog.Endpoints.MaxBy(static endpoint => endpoint.Name, StringComparer.OrdinalIgnoreCase)!.Name);
    }

    [Fact]
    public void AnonymousFunctions_AreExactlyThese()
    {
        // A change that opens another function to all callers must change this list, where a reviewer sees it.
        AssertListed(
            ["Authenticate", "BeginPasskeySignIn", "FinishSignIn", "Introspect", "Jwks", "Live", "OAuthAuthorizationServer", "OAuthProtectedResource", "OpenApi", "OpenIdConfiguration", "Ready", "Reference", "ReferenceScript", "Register", "RequestPasswordReset", "RequestRegistration", "ResetPassword", "Revoke", "SignInWithPasskey", "Token", "VerifyEmail", "ZzFallback"],
            Catalog.Endpoints.Where(static endpoint => AccessRule.Of(endpoint).IsAnonymous),
            "open to every caller by [AllowAnonymous]");
    }

    [Fact]
    public void FunctionsWithoutARateLimit_AreExactlyThese()
    {
        // The platform and other services need these answers, which cost little.
        AssertListed(
            ["Jwks", "Live", "OAuthAuthorizationServer", "OAuthProtectedResource", "OpenIdConfiguration", "Ready"],
            Catalog.Endpoints.Where(static endpoint => !endpoint.IsLimited),
            "without a rate limit");
    }

    [Fact]
    public void App_ReferencesNeitherLocalHostNorSqlite()
    {
        var namespaces = typeof(GatehouseBuilderExtensions).Assembly.GetTypes().Select(static type => type.Namespace).Distinct();

        Assert.DoesNotContain("Gatehouse.Local", namespaces);
        Assert.DoesNotContain(typeof(GatehouseBuilderExtensions).Assembly.GetReferencedAssemblies(), static assembly => assembly.Name!.Contains("Sqlite", StringComparison.Ordinal));
    }

    private static void AssertListed(string[] listed, IEnumerable<FunctionEndpoint> endpoints, string property)
    {
        var found = endpoints.Select(static endpoint => endpoint.Name).ToArray();
        var changes = found.Except(listed).Select(name => $"{name} is {property}. If that is intended, add it to this test's list.")
            .Concat(listed.Except(found).Select(name => $"{name} is no longer {property}. If that is intended, remove it from this test's list."));

        Assert.True(listed.Length == found.Length && !changes.Any(), string.Join(' ', changes));
    }

    private static FunctionEndpoint Find(string name) => Assert.IsType<FunctionEndpoint>(Catalog.Find(name));

    private static HttpTriggerAttribute Trigger(string name) =>
        Find(name).Method.GetParameters().Select(static parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).OfType<HttpTriggerAttribute>().Single();
}
