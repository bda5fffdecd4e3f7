using Microsoft.Azure.Functions.Worker.OutputBindings;

namespace Microsoft.Azure.Functions.Worker.Context.Features;

/// <summary>
/// Holds the result of an invocation. Internal in the real worker too: <see cref="FunctionContextBindingFeatureExtensions"/>
/// asks for it, and whoever runs functions must have set it.
/// </summary>
internal interface IFunctionBindingsFeature
{
    IReadOnlyDictionary<string, object?> TriggerMetadata { get; }

    IReadOnlyDictionary<string, object?> InputData { get; }

    IDictionary<string, object?> OutputBindingData { get; }

    OutputBindingsInfo OutputBindingsInfo { get; }

    object? InvocationResult { get; set; }
}
