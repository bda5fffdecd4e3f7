using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;

namespace Gatehouse.Local.Functions;

/// <summary>The trace of an invocation: the caller's when it sent one (W3C Trace Context), otherwise a new one.</summary>
internal sealed class LocalTraceContext(HttpRequest request) : TraceContext
{
    public override string TraceParent { get; } = Activity.Current?.Id ?? ReadHeader(request) ?? Begin();

    public override string TraceState { get; } = Activity.Current?.TraceStateString ?? request.Headers.TraceState.ToString();

    private static string? ReadHeader(HttpRequest request)
    {
        var header = request.Headers.TraceParent.ToString();
        return ActivityContext.TryParse(header, null, out _) ? header : null;
    }

    private static string Begin() => $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-00";
}
