using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;

namespace Gatehouse.Protection.Http;

internal static class FunctionContextExtensions
{
    /// <summary>
    /// What ties an answer to the log and the trace: the trace id of the W3C <c>traceparent</c> that the host hands over;
    /// where there is none, that of the trace that begins here, or the invocation id where nobody traces.
    /// </summary>
    public static string GetTraceId(this FunctionContext context) =>
        ActivityContext.TryParse(context.TraceContext.TraceParent, context.TraceContext.TraceState, out var trace)
            ? trace.TraceId.ToHexString()
            : Activity.Current?.TraceId.ToHexString() ?? context.InvocationId;
}
