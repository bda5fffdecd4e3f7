namespace Gatehouse.Tests.Integration.Telemetry;

/// <summary>A log record as it arrived at the collector.</summary>
/// <param name="Category">The logger's.</param>
/// <param name="Message">A <c>LogRecord</c> of opentelemetry/proto/logs/v1.</param>
internal sealed record ExportedLog(string Category, ProtoMessage Message)
{
    public string TraceId { get; } = Message.Hex(9);

    public string Text { get; } = Message.All(5).Select(static body => body.Text(1)).FirstOrDefault("");
}
