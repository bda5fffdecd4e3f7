using System.Text.Json;
using Gatehouse.Access;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Gatehouse.RateLimits;

namespace Gatehouse.Tests.Integration.OpenApi;

/// <summary>openapi.json says of every function what the code says, and of nothing else.</summary>
public sealed class DocumentTests
{
    private static readonly ApiDescription Api = ApiDescription.Embedded;
    private static readonly FunctionCatalog Catalog = new([typeof(GatehouseBuilderExtensions).Assembly]);

    public static TheoryData<string> Operations() => [.. Api.Operations.Select(static operation => operation.Id)];

    [Fact]
    public void Operations_AreTheFunctions_WithTheirRoutesAndMethods()
    {
        var described = Api.Operations.Select(static operation => $"{operation.Function}: {operation.Method} {operation.Path}").ToList();

        // HEAD goes with GET, which a convention test sees to. The catch-all route is described at the root.
        var functions = Catalog.Endpoints.SelectMany(static endpoint => endpoint.IsCatchAll
            ? [$"{endpoint.Name}: GET /"]
            : endpoint.Methods.Where(static method => method != "HEAD").Select(method => $"{endpoint.Name}: {method} /{endpoint.Route}")).ToList();
        var missing = functions.Except(described).Order(StringComparer.Ordinal).ToArray();
        var left = described.Except(functions).Order(StringComparer.Ordinal).ToArray();
        Assert.True(missing.Length == 0, $"openapi.json does not describe: {string.Join(", ", missing)}");
        Assert.True(left.Length == 0, $"openapi.json describes what no function answers: {string.Join(", ", left)}");
        Assert.Equal(functions.Count, described.Count);
    }

    [Fact]
    public void Numbers_HaveNoFractionAsMultipleOf()
    {
        // Validators that count in binary fractions, such as Ajv, say that 18.9 is no multiple of 0.0001.
        var fractions = FindMembers(Api.Root, "multipleOf").Where(static value => !value.TryGetInt64(out _));

        Assert.Empty(fractions);

        static IEnumerable<JsonElement> FindMembers(JsonElement element, string name) => element.ValueKind switch
        {
            JsonValueKind.Object => element.EnumerateObject().SelectMany(member => member.Name == name && member.Value.ValueKind == JsonValueKind.Number ? [member.Value] : FindMembers(member.Value, name)),
            JsonValueKind.Array => element.EnumerateArray().SelectMany(item => FindMembers(item, name)),
            _ => [],
        };
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void PathParameters_AreThoseOfTheRoute(string id)
    {
        var (operation, endpoint) = Find(id);
        var inPath = operation.Parameters.Where(static parameter => parameter.GetProperty("in").GetString() == "path").Select(static parameter => parameter.GetProperty("name").GetString());
        var inRoute = endpoint.IsCatchAll ? [] : endpoint.Route.Split('/').Where(static segment => segment.StartsWith('{')).Select(static segment => segment.Trim('{', '}'));

        Assert.Equal(inRoute, inPath);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Security_IsTheAccessRule(string id)
    {
        var (operation, endpoint) = Find(id);
        var rule = AccessRule.Of(endpoint);
        var security = operation.Element.GetProperty("security").EnumerateArray().SelectMany(static way => way.EnumerateObject()).ToList();
        if (rule.IsAnonymous)
        {
            // What an OAuth endpoint asks of its callers is client authentication, which is no access rule.
            Assert.Equal(endpoint.IsOAuth ? ["clientSecret"] : [], security.Select(static way => way.Name));
            return;
        }

        Assert.Equal(["oauth2", "bearer", "dpop"], security.Select(static way => way.Name));
        Assert.Equal(rule.Scopes, security[0].Value.EnumerateArray().Select(static scope => scope.GetString()!));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Proof_IsDescribed_WhereOneIsRead(string id)
    {
        var (operation, endpoint) = Find(id);
        var readsProof = !AccessRule.Of(endpoint).IsAnonymous || id is "Token" or "Authenticate";

        Assert.Equal(readsProof, operation.Parameters.Any(static parameter => parameter.GetProperty("name").GetString() == "DPoP"));
        Assert.All(
            operation.Responses.Where(response => response.Key < 400 || response.Key == (id == "Token" ? 400 : 401)),
            response => Assert.Equal(readsProof, response.Value.GetProperty("headers").TryGetProperty("DPoP-Nonce", out _)));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Refusals_AreThoseThatTheAccessRuleCanMake(string id)
    {
        var (operation, endpoint) = Find(id);
        var rule = AccessRule.Of(endpoint);
        if (!rule.IsAnonymous)
        {
            Assert.Contains(400, operation.Responses);
            Assert.Contains(401, operation.Responses);
        }

        if (!rule.Scopes.IsEmpty)
        {
            Assert.Equal(ReadResponse("Forbidden").GetRawText(), operation.Responses[403].GetRawText());
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Failures_HaveTheShapeOfTheEndpoint(string id)
    {
        var (operation, endpoint) = Find(id);
        var failures = operation.Responses.Where(response => response.Key >= 400 && !(id == "Ready" && response.Key == 503));

        Assert.All(failures, failure => Assert.Equal(
            endpoint.IsOAuth ? """application/json #/components/schemas/OAuthError""" : """application/problem+json #/components/schemas/Problem""",
            failure.Value.GetProperty("content").EnumerateObject().Select(static media => $"{media.Name} {media.Value.GetProperty("schema").GetProperty("$ref")}").Single()));
        Assert.Contains(500, operation.Responses);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void RateLimit_IsDescribed_WhereThereIsOne(string id)
    {
        var (operation, endpoint) = Find(id);
        var isLimited = RateLimitsOptionsValidator.IsLimited(endpoint);

        Assert.Equal(isLimited, operation.Responses.ContainsKey(429));
        Assert.All(operation.Responses.Values, response => Assert.Equal(isLimited, response.GetProperty("headers").TryGetProperty("RateLimit", out _)));
    }

    [Fact]
    public void Scopes_AreComplete()
    {
        var scopes = Api.Root.GetProperty("components").GetProperty("securitySchemes").GetProperty("oauth2").GetProperty("flows").GetProperty("clientCredentials").GetProperty("scopes");

        Assert.Equal(Scopes.All, scopes.EnumerateObject().Select(static scope => scope.Name));
    }

    [Fact]
    public void ProblemTypes_AreComplete()
    {
        var types = typeof(ProblemType).GetFields().Where(static field => field.FieldType == typeof(ProblemType)).Select(static field => (ProblemType)field.GetValue(null)!).ToList();
        var described = Api.Root.GetProperty("components").GetProperty("schemas").GetProperty("Problem").GetProperty("properties").GetProperty("type").GetProperty("enum");

        Assert.Equal(types.Select(static type => type.Uri), described.EnumerateArray().Select(static type => type.GetString()));
    }

    [Fact]
    public void ExamplesOfProblems_HaveTheTitlesAndStatusesOfTheirTypes()
    {
        var types = typeof(ProblemType).GetFields().Select(static field => field.GetValue(null)).OfType<ProblemType>().ToDictionary(static type => type.Uri);
        var examples = Api.Root.GetProperty("components").GetProperty("responses").EnumerateObject()
            .SelectMany(static response => response.Value.GetProperty("content").EnumerateObject())
            .Where(static media => media.Name == "application/problem+json")
            .SelectMany(static media => media.Value.GetProperty("examples").EnumerateObject())
            .Select(static example => example.Value.GetProperty("value"))
            .ToList();

        Assert.All(examples, example => Assert.Equal(
            (types[example.GetProperty("type").GetString()!].Title, (int)types[example.GetProperty("type").GetString()!].Status),
            (example.GetProperty("title").GetString(), example.GetProperty("status").GetInt32())));
        Assert.Equal(types.Keys.Order(StringComparer.Ordinal), examples.Select(static example => example.GetProperty("type").GetString()!).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void OAuthErrors_AreComplete()
    {
        var errors = typeof(OAuthError).GetFields().Where(static field => field.FieldType == typeof(OAuthError)).Select(static field => ((OAuthError)field.GetValue(null)!).Code);
        var described = Api.Root.GetProperty("components").GetProperty("schemas").GetProperty("OAuthError").GetProperty("properties").GetProperty("error").GetProperty("enum");

        Assert.Equal(errors, described.EnumerateArray().Select(static error => error.GetString()!));
    }

    [Fact]
    public void Components_AreAllReferenced()
    {
        var text = Api.Root.GetRawText();
        var components = Api.Root.GetProperty("components").EnumerateObject()
            .Where(static kind => kind.Name != "securitySchemes")
            .SelectMany(static kind => kind.Value.EnumerateObject().Select(component => $"\"#/components/{kind.Name}/{component.Name}\""));

        Assert.All(components, component => Assert.Contains(component, text, StringComparison.Ordinal));
    }

    [Fact]
    public void Version_IsThatOfTheApp()
    {
        var version = typeof(GatehouseBuilderExtensions).Assembly.GetName().Version!;

        Assert.Equal(version.ToString(3), Api.Root.GetProperty("info").GetProperty("version").GetString());
    }

    private static (ApiOperation Operation, FunctionEndpoint Endpoint) Find(string id) =>
        Api.Operations.Where(operation => operation.Id == id).Select(static operation => (operation, Assert.IsType<FunctionEndpoint>(Catalog.Find(operation.Function)))).Single();

    private static JsonElement ReadResponse(string name) => Api.Root.GetProperty("components").GetProperty("responses").GetProperty(name);
}
