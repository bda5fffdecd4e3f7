namespace Microsoft.Azure.Functions.Worker;

/// <summary>How the worker behaves towards the host.</summary>
public class WorkerOptions
{
    /// <summary>What makes the values of functions' parameters.</summary>
    public InputConverterCollection InputConverters { get; } = new();

    /// <summary>What the worker tells the host that it can do.</summary>
    public IDictionary<string, string> Capabilities { get; } = new Dictionary<string, string>();
}
