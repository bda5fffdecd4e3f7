using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;

namespace Gatehouse.Http;

internal static class FunctionContextExtensions
{
    /// <summary>
    /// What ties an answer to the log: the trace id of the W3C <c>traceparent</c> that the host hands over, or the
    /// invocation id where there is none.
    /// </summary>
    public static string GetTraceId(this FunctionContext context) =>
        ActivityContext.TryParse(context.TraceContext.TraceParent, context.TraceContext.TraceState, out var trace)
            ? trace.TraceId.ToHexString()
            : context.InvocationId;
}
