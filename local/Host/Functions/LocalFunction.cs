using System.Collections.Immutable;
using System.Reflection;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;

namespace Gatehouse.Local.Functions;

/// <summary>An HTTP-triggered function that can be called.</summary>
internal sealed class LocalFunction
{
    private readonly FunctionInvoker _invoker;

    private LocalFunction(FunctionMethod function)
    {
        Route = ParseRoute(function.Name, function.Route);
        Methods = function.Verbs;
        Definition = new LocalFunctionDefinition(function.Name, function.Method);
        _invoker = new FunctionInvoker(function.Name, function.Method, Route);
    }

    public FunctionDefinition Definition { get; }

    /// <summary>The route below the prefix.</summary>
    public RoutePattern Route { get; }

    /// <summary>The HTTP methods; empty for all of them.</summary>
    public ImmutableArray<string> Methods { get; }

    /// <summary>Every HTTP-triggered function of the assemblies.</summary>
    /// <exception cref="InvalidOperationException">Two functions share a name or a route, or one can't be run here.</exception>
    public static IReadOnlyList<LocalFunction> FindAll(IEnumerable<Assembly> assemblies) => Create(FunctionMethod.FindAll(assemblies));

    /// <summary>Every HTTP-triggered function of the types.</summary>
    /// <exception cref="InvalidOperationException">Two functions share a name or a route, or one can't be run here.</exception>
    public static IReadOnlyList<LocalFunction> FindAll(IEnumerable<Type> types) => Create(FunctionMethod.FindAll(types));

    public Task<object?> InvokeAsync(LocalFunctionContext context) => _invoker.InvokeAsync(context);

    private static List<LocalFunction> Create(IEnumerable<FunctionMethod> methods)
    {
        var functions = methods.Select(static method => new LocalFunction(method)).ToList();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var routes = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var function in functions)
        {
            var name = function.Definition.Name;
            if (!names.Add(name))
            {
                throw new InvalidOperationException($"Two functions are called {name}. Rename one of them.");
            }

            foreach (var verb in function.Methods.DefaultIfEmpty("every method of"))
            {
                var route = $"{verb} {DescribeShape(function.Route)}";
                if (!routes.TryAdd(route, name))
                {
                    throw new InvalidOperationException($"Two functions answer {verb} {function.Route.RawText}: {routes[route]} and {name}.");
                }
            }
        }

        return functions;
    }

    // Two routes that differ only in the names of their parameters match the same paths.
    private static string DescribeShape(RoutePattern route) =>
        string.Join('/', route.PathSegments.Select(static segment => string.Concat(segment.Parts.Select(static part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            RoutePatternParameterPart parameter => $"{{{(parameter.IsCatchAll ? "*" : "")}{string.Concat(parameter.ParameterPolicies.Select(static policy => ":" + policy.Content))}}}",
            _ => "",
        }))));

    private static RoutePattern ParseRoute(string function, string route)
    {
        try
        {
            return RoutePatternFactory.Parse(route);
        }
        catch (RoutePatternException exception)
        {
            throw new InvalidOperationException($"The route '{route}' of the function {function} is not a route template: {exception.Message}", exception);
        }
    }
}

/// <summary>A function as the worker describes it.</summary>
internal sealed class LocalFunctionDefinition(string name, MethodInfo method) : FunctionDefinition
{
    public override ImmutableArray<FunctionParameter> Parameters { get; } =
        [.. method.GetParameters().Select(static parameter => new FunctionParameter(parameter.Name!, parameter.ParameterType))];

    public override string PathToAssembly { get; } = method.DeclaringType!.Assembly.Location;

    public override string EntryPoint { get; } = $"{method.DeclaringType!.FullName}.{method.Name}";

    // The Functions host computes another id. The worker only needs each function to have its own.
    public override string Id => EntryPoint;

    public override string Name { get; } = name;

    public override IImmutableDictionary<string, BindingMetadata> InputBindings => ImmutableDictionary<string, BindingMetadata>.Empty;

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings => ImmutableDictionary<string, BindingMetadata>.Empty;
}
