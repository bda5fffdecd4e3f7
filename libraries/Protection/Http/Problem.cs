using System.Text.Json.Serialization;

namespace Gatehouse.Protection.Http;

/// <summary>
/// One failure on its way to the caller. An OAuth endpoint answers it as an OAuth error (RFC 6749 §5.2), every other
/// function as a problem document (RFC 9457).
/// </summary>
/// <param name="Type">The kind of failure.</param>
/// <param name="Detail">What was wrong, with what, and what to do. Shown to the caller: no secrets.</param>
internal sealed record Problem(ProblemType Type, string Detail)
{
    /// <summary>Every field that was wrong, with everything that was wrong with it. Null when the problem is not about fields.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Headers that belong to the status, such as <c>Allow</c> or <c>WWW-Authenticate</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The code at an OAuth endpoint. Null for the one that fits the status of <see cref="Type"/>.</summary>
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

    /// <summary>For a failure that only an OAuth endpoint has.</summary>
    public ProblemException(OAuthError error, string detail)
        : this(new Problem(ProblemType.InvalidRequest, detail) { OAuth = error })
    {
    }

    public Problem Problem { get; } = problem;
}

/// <summary>Turns the exceptions of a feature's domain, which knows nothing of HTTP, into problems. Each feature registers its own.</summary>
internal interface IProblemMapper
{
    /// <summary>The problem that an exception is for the caller; null for an exception of another feature.</summary>
    Problem? Find(Exception exception);
}

/// <summary>The body of an <c>application/problem+json</c> answer (RFC 9457).</summary>
internal sealed record ProblemDocument(
    string Type,
    string Title,
    int Status,
    string Detail,
    string TraceId,
    IReadOnlyDictionary<string, string[]>? Errors);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(OAuthErrorDocument))]
internal sealed partial class ProblemJsonContext : JsonSerializerContext;
