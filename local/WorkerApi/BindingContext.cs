namespace Microsoft.Azure.Functions.Worker;

/// <summary>What the trigger knows of an invocation, route values among it.</summary>
public abstract class BindingContext
{
    protected BindingContext()
    {
    }

    public abstract IReadOnlyDictionary<string, object?> BindingData { get; }
}
