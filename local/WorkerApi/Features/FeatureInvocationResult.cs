namespace Microsoft.Azure.Functions.Worker.Context.Features;

/// <summary>The result that an <see cref="IFunctionBindingsFeature"/> holds.</summary>
internal sealed class FeatureInvocationResult(IFunctionBindingsFeature feature) : InvocationResult
{
    public override object? Value
    {
        get => feature.InvocationResult;
        set => feature.InvocationResult = value;
    }
}
