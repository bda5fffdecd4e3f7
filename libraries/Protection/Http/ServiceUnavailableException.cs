namespace Gatehouse.Protection.Http;

/// <summary>A service that the request needs is unavailable. The answer is 503 with <c>Retry-After</c> (RFC 9110 §15.6.4).</summary>
/// <param name="message">For the log: the unavailable service, the reason and the remedy. Callers never see it.</param>
/// <param name="detail">For the caller: no secrets, no addresses.</param>
/// <param name="retryAfter">The value of <c>Retry-After</c>.</param>
/// <param name="innerException">The cause, if there is one.</param>
internal class ServiceUnavailableException(string message, string detail, TimeSpan retryAfter, Exception? innerException = null)
    : Exception(message, innerException)
{
    public string Detail { get; } = detail;

    public TimeSpan RetryAfter { get; } = retryAfter;

    /// <summary>Whether this instance refuses work to protect itself. The log then gets one line without a stack trace.</summary>
    public bool IsOverload { get; init; }
}
