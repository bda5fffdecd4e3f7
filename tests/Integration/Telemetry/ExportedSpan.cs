namespace Gatehouse.Tests.Integration.Telemetry;

/// <summary>A span as it arrived at the collector.</summary>
/// <param name="Message">A <c>Span</c> of opentelemetry/proto/trace/v1.</param>
internal sealed record ExportedSpan(ProtoMessage Message)
{
    public string TraceId { get; } = Message.Hex(1);

    public string Id { get; } = Message.Hex(2);

    /// <summary>Empty for the first span of a trace.</summary>
    public string ParentId { get; } = Message.Hex(4);

    public string Name { get; } = Message.Text(5);

    /// <summary>1 internal, 2 server, 3 client.</summary>
    public ulong Kind { get; } = Message.Number(6);

    public IEnumerable<string> AttributeNames => Message.All(9).Select(static attribute => attribute.Text(1));
}
