namespace Microsoft.Azure.Functions.Worker.Converters;

/// <summary>A parameter of a function, and what the invocation brought under its name.</summary>
public abstract class ConverterContext
{
    protected ConverterContext()
    {
    }

    public abstract Type TargetType { get; }

    public abstract object? Source { get; }

    public abstract FunctionContext FunctionContext { get; }

    public abstract IReadOnlyDictionary<string, object> Properties { get; }
}
