namespace Gatehouse.Protection.Http;

/// <summary>One failure, on its way to become a problem document or, at an OAuth endpoint, an OAuth error.</summary>
/// <param name="Type">What kind of failure.</param>
/// <param name="Detail">What was wrong, with what, and what to do. Shown to the caller: no secrets.</param>
internal sealed record Problem(ProblemType Type, string Detail)
{
    /// <summary>Every field that was wrong and all that was wrong with it. Null when it is not about fields.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Headers that belong to the status, such as <c>Allow</c> or <c>WWW-Authenticate</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The same with one more header.</summary>
    public Problem With(string header, string value) => this with { Headers = [.. Headers, new(header, value)] };
}
