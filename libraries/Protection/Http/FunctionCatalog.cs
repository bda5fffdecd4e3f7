using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Protection.Http;

/// <summary>
/// The HTTP-triggered functions of the app, read once at start from the attributes on their methods. Access rules,
/// the fallback's 405 and the API description read from here, so none of them can drift from the code.
/// </summary>
internal sealed class FunctionCatalog
{
    private readonly FrozenDictionary<string, FunctionEndpoint> _byName;
    private readonly FrozenSet<string> _switchedOff;

    /// <param name="assemblies">The assemblies with the functions.</param>
    /// <param name="services">The registered services, which decide which functions exist (<see cref="RequiresServiceAttribute"/>); null for all functions.</param>
    public FunctionCatalog(IEnumerable<Assembly> assemblies, IServiceProviderIsService? services = null)
    {
        All = [.. FunctionMethod.FindAll(assemblies).Select(static function => new FunctionEndpoint(function.Name, function.Route, function.Verbs, function.Method))];
        Endpoints = [.. All.Where(endpoint => !IsSwitchedOff(endpoint, services))];
        _byName = Endpoints.ToFrozenDictionary(static endpoint => endpoint.Name, StringComparer.Ordinal);
        _switchedOff = All.Except(Endpoints).Select(static endpoint => endpoint.Name).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>The functions that exist.</summary>
    public ImmutableArray<FunctionEndpoint> Endpoints { get; }

    /// <summary>All functions, with those that are switched off: the platform sends their requests here all the same.</summary>
    public ImmutableArray<FunctionEndpoint> All { get; }

    /// <summary>Whether there is a function of that name whose service is not registered.</summary>
    public bool IsSwitchedOff(string name) => _switchedOff.Contains(name);

    /// <summary>The function of that name; null when there is none.</summary>
    public FunctionEndpoint? Find(string name) => _byName.GetValueOrDefault(name);

    private static bool IsSwitchedOff(FunctionEndpoint endpoint, IServiceProviderIsService? services) =>
        services is not null
        && (endpoint.Method.GetCustomAttribute<RequiresServiceAttribute>() ?? endpoint.Method.DeclaringType!.GetCustomAttribute<RequiresServiceAttribute>()) is { } required
        && !services.IsService(required.Service);
}

/// <summary>
/// Marks a function, or all functions of a class, that exist only where a service is registered. Elsewhere a request
/// to them is answered like one to an unknown route.
/// </summary>
/// <param name="service">The service that the function needs.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
internal sealed class RequiresServiceAttribute(Type service) : Attribute
{
    public Type Service { get; } = service;
}
