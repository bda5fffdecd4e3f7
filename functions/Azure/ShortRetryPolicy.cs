using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Gatehouse.Azure;

/// <summary>
/// Retries a call to an Azure service up to twice while a request waits, but not if the service asks to wait longer
/// than two seconds: an early 503 with Retry-After is better than a request that hangs.
/// </summary>
/// <param name="delay">The delay between the tries.</param>
internal sealed class ShortRetryPolicy(DelayStrategy delay) : RetryPolicy(MaxRetries, delay)
{
    private const int MaxRetries = 2;
    private const double MaxWaitSeconds = 2;

    protected override bool ShouldRetry(HttpMessage message, Exception? exception) =>
        !IsToldToWait(message) && base.ShouldRetry(message, exception);

    protected override ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        IsToldToWait(message) ? new ValueTask<bool>(false) : base.ShouldRetryAsync(message, exception);

    // RFC 9110 §10.2.3: seconds, or a date. A service would not use a date for a wait this short.
    private static bool IsToldToWait(HttpMessage message) =>
        message.HasResponse
        && message.Response.Headers.TryGetValue("Retry-After", out var value)
        && !(double.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= MaxWaitSeconds);
}
