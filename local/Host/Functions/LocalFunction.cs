using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace Gatehouse.Local.Functions;

/// <summary>An HTTP-triggered function, ready to be run.</summary>
internal sealed class LocalFunction
{
    private readonly FunctionInvoker _invoker;

    private LocalFunction(string name, HttpTriggerAttribute trigger, MethodInfo method)
    {
        Route = trigger.Route ?? name;
        Methods = [.. (trigger.Methods ?? []).Select(static verb => verb.ToUpperInvariant())];
        Definition = new LocalFunctionDefinition(name, method);
        _invoker = new FunctionInvoker(name, method);
    }

    public FunctionDefinition Definition { get; }

    /// <summary>The route template below the prefix.</summary>
    public string Route { get; }

    /// <summary>Empty for every method.</summary>
    public string[] Methods { get; }

    /// <summary>Every HTTP-triggered function of the assemblies.</summary>
    /// <exception cref="InvalidOperationException">Two functions share a name or a route, or one can't be run here.</exception>
    public static IReadOnlyList<LocalFunction> FindAll(IEnumerable<Assembly> assemblies)
    {
        var functions = assemblies.Distinct().SelectMany(static assembly => assembly.GetTypes()).SelectMany(FindIn).ToList();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var routes = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var function in functions)
        {
            if (!names.Add(function.Definition.Name))
            {
                throw new InvalidOperationException($"Two functions are called {function.Definition.Name}. Rename one of them.");
            }

            foreach (var verb in function.Methods.DefaultIfEmpty("*"))
            {
                if (!routes.Add($"{verb} {function.Route}"))
                {
                    throw new InvalidOperationException($"Two functions answer {verb} {function.Route}; {function.Definition.Name} is one of them.");
                }
            }
        }

        return functions;
    }

    public Task<object?> InvokeAsync(LocalFunctionContext context) => _invoker.InvokeAsync(context);

    private static IEnumerable<LocalFunction> FindIn(Type type)
    {
        foreach (var method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
        {
            if (method.GetCustomAttribute<FunctionAttribute>() is { } function
                && method.GetParameters().Select(static parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).FirstOrDefault(static found => found is not null) is { } trigger)
            {
                yield return new LocalFunction(function.Name, trigger, method);
            }
        }
    }
}
