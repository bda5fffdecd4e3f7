namespace Microsoft.Azure.Functions.Worker;

/// <summary>What an invocation has resulted in.</summary>
public abstract class InvocationResult : InvocationResult<object>
{
    protected InvocationResult()
    {
    }
}
