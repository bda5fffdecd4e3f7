using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace Gatehouse.Http;

/// <summary>
/// The HTTP-triggered functions of the app, read once at start from the attributes on their methods. Access rules,
/// the fallback's 405 and the API description all read from here, so none of them can drift from the code.
/// </summary>
internal sealed class FunctionCatalog
{
    private readonly FrozenDictionary<string, FunctionEndpoint> _byName;

    public FunctionCatalog(IEnumerable<FunctionAssembly> assemblies)
    {
        Endpoints = [.. assemblies.Select(static entry => entry.Assembly).Distinct().SelectMany(static assembly => assembly.GetTypes()).SelectMany(FindEndpoints)];
        _byName = Endpoints.ToFrozenDictionary(static endpoint => endpoint.Name, StringComparer.Ordinal);
    }

    public ImmutableArray<FunctionEndpoint> Endpoints { get; }

    /// <summary>The function of that name; null for a function that this catalogue does not know.</summary>
    public FunctionEndpoint? Find(string name) => _byName.GetValueOrDefault(name);

    private static IEnumerable<FunctionEndpoint> FindEndpoints(Type type)
    {
        foreach (var method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
        {
            var function = method.GetCustomAttribute<FunctionAttribute>();
            var trigger = method.GetParameters().Select(static parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).FirstOrDefault(static found => found is not null);
            if (function is not null && trigger is not null)
            {
                yield return new FunctionEndpoint(
                    function.Name,
                    trigger.Route ?? function.Name,
                    [.. (trigger.Methods ?? []).Select(static name => name.ToUpperInvariant())],
                    method);
            }
        }
    }
}
