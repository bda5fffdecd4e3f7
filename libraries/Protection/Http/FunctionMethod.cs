using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace Gatehouse.Protection.Http;

/// <summary>A method that an HTTP request triggers.</summary>
/// <param name="Name">The name in its <c>[Function]</c> attribute.</param>
/// <param name="Trigger">The attribute of its request parameter.</param>
/// <param name="Method">The method.</param>
internal sealed record FunctionMethod(string Name, HttpTriggerAttribute Trigger, MethodInfo Method)
{
    // A process that runs several hosts, as tests do, reads an assembly once: reading one took a tenth of a host's start.
    private static readonly ConcurrentDictionary<Assembly, ImmutableArray<FunctionMethod>> Found = new();

    /// <summary>The route template without the prefix: the trigger's, or the name.</summary>
    public string Route => Trigger.Route ?? Name;

    /// <summary>The HTTP methods, in capitals. Empty: every method.</summary>
    public ImmutableArray<string> Verbs { get; } = [.. (Trigger.Methods ?? []).Select(static verb => verb.ToUpperInvariant())];

    /// <summary>Every HTTP-triggered function of the assemblies.</summary>
    public static IEnumerable<FunctionMethod> FindAll(IEnumerable<Assembly> assemblies) =>
        assemblies.Distinct().SelectMany(static assembly => Found.GetOrAdd(assembly, static assembly => [.. FindAll(assembly.GetTypes())]));

    /// <summary>Every HTTP-triggered function of the types.</summary>
    public static IEnumerable<FunctionMethod> FindAll(IEnumerable<Type> types) =>
        // Closures and state machines of the compiler, the majority of all types, have no functions.
        types.Where(static type => !type.Name.StartsWith('<')).SelectMany(FindIn);

    private static IEnumerable<FunctionMethod> FindIn(Type type)
    {
        foreach (var method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
        {
            // Most methods are no functions, and reading the attributes of all their parameters took longer than the rest of it.
            if (method.GetCustomAttribute<FunctionAttribute>() is { } function
                && method.GetParameters().Select(static parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).FirstOrDefault(static found => found is not null) is { } trigger)
            {
                yield return new FunctionMethod(function.Name, trigger, method);
            }
        }
    }
}
