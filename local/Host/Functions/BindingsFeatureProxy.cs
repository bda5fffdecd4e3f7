using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace Gatehouse.Local.Functions;

/// <summary>
/// Stands in for the worker's <c>IFunctionBindingsFeature</c>, which holds an invocation's result for
/// <c>GetInvocationResult()</c>. The interface is internal to the worker, so it is found by its name and answered by a proxy.
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

    // Every request needs one: a copy takes 45 ns, where DispatchProxy takes 290 ns to look its type up and call the constructor.
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
