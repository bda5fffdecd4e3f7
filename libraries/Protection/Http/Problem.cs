using System.Text.Json.Serialization;

namespace Gatehouse.Protection.Http;

/// <summary>
/// A failure to report to the caller. An OAuth endpoint answers it as an OAuth error (RFC 6749 §5.2), every other
/// function as a problem document (RFC 9457).
/// </summary>
/// <param name="Type">The kind of failure.</param>
/// <param name="Detail">The fault, its place and the remedy. The caller sees it: no secrets.</param>
internal sealed record Problem(ProblemType Type, string Detail)
{
    /// <summary>The errors of each invalid field. Null when the problem is not about fields.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>What the caller sends with the next step of a sign-in. Null when no step follows.</summary>
    public string? Ticket { get; init; }

    /// <summary>Headers that belong to the status, such as <c>Allow</c> or <c>WWW-Authenticate</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The code at an OAuth endpoint. Null for the default code of the status.</summary>
    public OAuthError? OAuth { get; init; }

    /// <summary>The same problem with one more header.</summary>
    public Problem With(string header, string value) => this with { Headers = [.. Headers, new(header, value)] };
}

/// <summary>Ends a request with a problem; <see cref="ErrorMiddleware"/> writes the answer.</summary>
internal sealed class ProblemException(Problem problem) : Exception(problem.Detail)
{
    public ProblemException(ProblemType type, string detail)
        : this(new Problem(type, detail))
    {
    }

    /// <summary>A failure that only an OAuth endpoint has.</summary>
    public ProblemException(OAuthError error, string detail)
        : this(new Problem(ProblemType.InvalidRequest, detail) { OAuth = error })
    {
    }

    public Problem Problem { get; } = problem;
}

/// <summary>Maps exceptions of a feature's domain, which knows no HTTP, to problems. Each feature registers its own mapper.</summary>
internal interface IProblemMapper
{
    /// <summary>The problem for an exception; null for an exception of another feature.</summary>
    Problem? Find(Exception exception);
}

/// <summary>RFC 9457. Clients branch on <c>type</c>.</summary>
/// <param name="Type">The kind of failure.</param>
/// <param name="Title">The kind of failure in words.</param>
/// <param name="Status">The status of the answer.</param>
/// <param name="Detail">The fault, its place and the remedy.</param>
/// <param name="TraceId">The id of the request in the log.</param>
/// <param name="Errors">The errors of each invalid field.</param>
/// <param name="Ticket">For the next step of a sign-in. Only with <c>second-factor-required</c>.</param>
internal sealed record ProblemDocument(
    string Type,
    string Title,
    int Status,
    string Detail,
    string TraceId,
    IReadOnlyDictionary<string, string[]>? Errors,
    string? Ticket);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(OAuthErrorDocument))]
internal sealed partial class ProblemJsonContext : JsonSerializerContext;
