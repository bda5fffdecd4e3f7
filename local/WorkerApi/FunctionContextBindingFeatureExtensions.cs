using Microsoft.Azure.Functions.Worker.Context.Features;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Reads and sets what an invocation results in.</summary>
public static class FunctionContextBindingFeatureExtensions
{
    public static InvocationResult GetInvocationResult(this FunctionContext context) =>
        new FeatureInvocationResult(context.Features.Get<IFunctionBindingsFeature>()
            ?? throw new InvalidOperationException("The host of the functions has not set the binding feature."));
}
