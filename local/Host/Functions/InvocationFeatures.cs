using System.Collections;
using System.Net;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace Gatehouse.Local.Functions;

/// <summary>The features of one invocation: so few that searching a list is faster than building a dictionary.</summary>
internal sealed class InvocationFeatures(HttpContext http) : IInvocationFeatures
{
    private const int Usual = 4;

    private readonly List<KeyValuePair<Type, object>> _features = new(Usual);

    public T? Get<T>()
    {
        foreach (var (type, feature) in _features)
        {
            if (type == typeof(T))
            {
                return (T)feature;
            }
        }

        // The address of the caller. In Azure only X-Forwarded-For has it.
        return typeof(T) == typeof(IPAddress) ? (T?)(object?)http.Connection.RemoteIpAddress : default;
    }

    public void Set<T>(T? instance)
    {
        if (instance is null)
        {
            _features.RemoveAll(static entry => entry.Key == typeof(T));
        }
        else
        {
            Put(typeof(T), instance);
        }
    }

    /// <summary>Sets a feature whose type this code can't name.</summary>
    public void Put(Type type, object instance)
    {
        var index = _features.FindIndex(entry => entry.Key == type);
        if (index < 0)
        {
            _features.Add(new KeyValuePair<Type, object>(type, instance));
        }
        else
        {
            _features[index] = new KeyValuePair<Type, object>(type, instance);
        }
    }

    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => _features.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>
/// Stands in for the worker's <c>IFunctionBindingsFeature</c>, which holds an invocation's result for
/// <c>GetInvocationResult()</c>. The interface is internal to the worker, so the proxy finds it by its name.
/// </summary>
internal class BindingsFeatureProxy : DispatchProxy
{
    private const string FeatureName = "Microsoft.Azure.Functions.Worker.Context.Features.IFunctionBindingsFeature";

    private static readonly IReadOnlyDictionary<string, object?> NoData = new Dictionary<string, object?>();

    private IDictionary<string, object?>? _output;

    /// <summary>The type under which the worker asks for the feature.</summary>
    public static Type FeatureType { get; } = typeof(FunctionContext).Assembly.GetType(FeatureName, throwOnError: true)!;

    /// <summary>The invocation's result.</summary>
    public object? Result { get; set; }

    // Every request needs a proxy. Copying one takes 45 ns; DispatchProxy.Create takes 290 ns.
    private static BindingsFeatureProxy Prototype { get; } = (BindingsFeatureProxy)Create(FeatureType, typeof(BindingsFeatureProxy));

    public static BindingsFeatureProxy Create() => (BindingsFeatureProxy)Prototype.MemberwiseClone();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        switch (targetMethod!.Name)
        {
            case "get_InvocationResult":
                return Result;
            case "set_InvocationResult":
                Result = args![0];
                return null;
            case "get_TriggerMetadata" or "get_InputData":
                return NoData;
            case "get_OutputBindingData":
                return _output ??= new Dictionary<string, object?>();
            default:
                return null;
        }
    }
}
