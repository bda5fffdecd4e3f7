namespace Gatehouse.Protection.Telemetry;

/// <summary>
/// Measures what an HTTP client asks others for, up to the headers of the answer. The operation is the method and the
/// host: which hosts there are is for the configuration to say, and never for callers.
/// </summary>
/// <param name="meter">The kind of service that the client talks to.</param>
/// <param name="network">What sends.</param>
internal sealed class DependencyHandler(DependencyMeter meter, HttpMessageHandler network) : DelegatingHandler(network)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = meter.Begin($"{request.Method} {request.RequestUri!.Host}");

        // Cancelled too: nobody waits for these documents alone, so that was a time limit.
        var outcome = DependencyOutcome.Unreachable;
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            outcome = OutcomeOf(response);
            return response;
        }
        finally
        {
            call.End(outcome);
        }
    }

    // Redirects are not followed, so one is no answer.
    private static string OutcomeOf(HttpResponseMessage response) =>
        (int)response.StatusCode is >= 300 and < 400 ? DependencyOutcome.Failed : DependencyOutcome.Of((int)response.StatusCode);
}
