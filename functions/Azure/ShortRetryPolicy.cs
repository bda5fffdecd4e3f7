using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Gatehouse.Azure;

/// <summary>
/// How an Azure service is asked again while a request waits: twice, but not when it says to come back later. The client
/// would wait that long, and the request with it; better an early 503 that says when to come again.
/// </summary>
/// <param name="delay">Between the tries.</param>
internal sealed class ShortRetryPolicy(DelayStrategy delay) : RetryPolicy(MaxRetries, delay)
{
    private const int MaxRetries = 2;
    private const double MaxWaitSeconds = 2;

    protected override bool ShouldRetry(HttpMessage message, Exception? exception) =>
        !IsToldToWait(message) && base.ShouldRetry(message, exception);

    protected override ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        IsToldToWait(message) ? new ValueTask<bool>(false) : base.ShouldRetryAsync(message, exception);

    // RFC 9110 §10.2.3: seconds, or a date, which nobody would write for an instant.
    private static bool IsToldToWait(HttpMessage message) =>
        message.HasResponse
        && message.Response.Headers.TryGetValue("Retry-After", out var value)
        && !(double.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= MaxWaitSeconds);
}
