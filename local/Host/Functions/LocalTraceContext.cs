using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;

namespace Gatehouse.Local.Functions;

/// <summary>The trace of an invocation: the caller's when it sent one (W3C Trace Context), otherwise none, and one begins inside.</summary>
internal sealed class LocalTraceContext : TraceContext
{
    public LocalTraceContext(HttpRequest request)
    {
        var parent = request.Headers.TraceParent.ToString();
        if (ActivityContext.TryParse(parent, null, out _))
        {
            TraceParent = parent;
            TraceState = request.Headers.TraceState.ToString();
        }
    }

    public override string TraceParent { get; } = "";

    public override string TraceState { get; } = "";
}
