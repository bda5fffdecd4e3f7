namespace Gatehouse.Protection.Telemetry;

/// <summary>
/// Measures the calls of an HTTP client, up to the headers of the answer. The operation is the method and the host,
/// so the hosts must come from the configuration, never from callers.
/// </summary>
/// <param name="meter">The kind of service that the client talks to.</param>
/// <param name="network">The handler that sends requests.</param>
internal sealed class DependencyHandler(DependencyMeter meter, HttpMessageHandler network) : DelegatingHandler(network)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = meter.Begin($"{request.Method} {request.RequestUri!.Host}");

        // A canceled call counts as unreachable: callers share these reads and do not cancel them, so a time limit did.
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

    // Redirects are not followed, so a redirect is a failure.
    private static string OutcomeOf(HttpResponseMessage response) =>
        (int)response.StatusCode is >= 300 and < 400 ? DependencyOutcome.Failed : DependencyOutcome.Of((int)response.StatusCode);
}
