using Gatehouse.FunctionHost.Protocol;

namespace Gatehouse.FunctionHost;

/// <summary>A log record that the app sent to the host.</summary>
public sealed class FunctionLog
{
    internal FunctionLog(RpcLog log)
    {
        // The levels of the protocol have the numbers of LogLevel.
        Level = (LogLevel)log.Level;
        Category = log.Category;
        Message = log.Message;
        Exception = Format(log.Exception);
        InvocationId = log.InvocationId is { Length: > 0 } id ? id : null;
    }

    /// <summary>The level.</summary>
    public LogLevel Level { get; }

    /// <summary>The category of the logger.</summary>
    public string Category { get; }

    /// <summary>The formatted message.</summary>
    public string Message { get; }

    /// <summary>The exception with its stack trace; null for a record without an exception.</summary>
    public string? Exception { get; }

    /// <summary>The id of the invocation that wrote it; null if none did.</summary>
    public string? InvocationId { get; }

    /// <summary>Level, category, message and exception.</summary>
    public override string ToString() => $"{Level} {Category}: {Message} {Exception}".TrimEnd();

    /// <summary>Type, message and stack trace. The worker has all of them in the message of an exception that is not the function's.</summary>
    internal static string? Format(RpcException? exception) => exception switch
    {
        { Type: { Length: > 0 } type } => $"{type}: {exception.Message}{Environment.NewLine}{exception.StackTrace}",
        { StackTrace: { Length: > 0 } stack } when !exception.Message.Contains(stack, StringComparison.Ordinal) => $"{exception.Message}{Environment.NewLine}{stack}",
        _ => exception?.Message,
    };
}
