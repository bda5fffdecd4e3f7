namespace Microsoft.Azure.Functions.Worker;

/// <summary>What an invocation has resulted in.</summary>
public abstract class InvocationResult<T>
{
    protected InvocationResult()
    {
    }

    public abstract T? Value { get; set; }
}
