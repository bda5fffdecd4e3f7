namespace Gatehouse.Protection.Http;

/// <summary>The body of an <c>application/problem+json</c> answer (RFC 9457).</summary>
internal sealed record ProblemDocument(
    string Type,
    string Title,
    int Status,
    string Detail,
    string TraceId,
    IReadOnlyDictionary<string, string[]>? Errors);
