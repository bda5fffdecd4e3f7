namespace Gatehouse.Protection.Http;

/// <summary>
/// The request needs something that is not available right now. It is answered with 503 and <c>Retry-After</c>
/// (RFC 9110 §15.6.4).
/// </summary>
/// <param name="message">For the log: what is not available, why, and what to do. Never shown to a caller.</param>
/// <param name="detail">For the caller: no secrets, no addresses.</param>
/// <param name="retryAfter">How long the caller is told to wait.</param>
/// <param name="innerException">The cause; null when there is no other exception behind it.</param>
internal class ServiceUnavailableException(string message, string detail, TimeSpan retryAfter, Exception? innerException = null)
    : Exception(message, innerException)
{
    public string Detail { get; } = detail;

    public TimeSpan RetryAfter { get; } = retryAfter;

    /// <summary>
    /// Whether this instance refuses work to protect itself. The log then gets one line without a stack trace, because a
    /// flood of requests must not become a flood of stack traces.
    /// </summary>
    public bool IsOverload { get; init; }
}
