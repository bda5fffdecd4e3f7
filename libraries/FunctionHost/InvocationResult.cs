using Gatehouse.FunctionHost.Protocol;

namespace Gatehouse.FunctionHost;

/// <summary>The output of a function that the test invoked.</summary>
public sealed class InvocationResult
{
    internal InvocationResult(InvocationResponse response)
    {
        ReturnValue = Read(response.ReturnValue);
        Outputs = response.OutputData.ToDictionary(static output => output.Name, static output => Read(output.Data), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The returned value: a string (text or JSON), an array of bytes, a number, or null.</summary>
    public object? ReturnValue { get; }

    /// <summary>The values of the output bindings by the name of the binding, each as <see cref="ReturnValue"/> is.</summary>
    public IReadOnlyDictionary<string, object?> Outputs { get; }

    private static object? Read(TypedData? data) => data?.DataCase switch
    {
        TypedData.DataOneofCase.String => data.String,
        TypedData.DataOneofCase.Json => data.Json,
        TypedData.DataOneofCase.Bytes => data.Bytes.ToByteArray(),
        TypedData.DataOneofCase.Stream => data.Stream.ToByteArray(),
        TypedData.DataOneofCase.Int => data.Int,
        TypedData.DataOneofCase.Double => data.Double,
        _ => null,
    };
}
