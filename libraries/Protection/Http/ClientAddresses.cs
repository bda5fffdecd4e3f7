using System.Net;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection.Http;

/// <summary>Tells where a request came from, in a way that the caller can't choose.</summary>
internal sealed class ClientAddresses(IOptions<HttpOptions> options, ILogger<ClientAddresses> logger)
{
    private readonly bool _isForwardedForTrusted = options.Value.TrustForwardedFor;
    private readonly int _proxiesInFront = options.Value.ProxiesInFront;
    private int _warned;

    /// <summary>The caller's address, read once for each request. What can't be read is <see cref="ClientAddress.Unknown"/>.</summary>
    public ClientAddress Of(HttpRequestData request)
    {
        var features = request.FunctionContext.Features;
        if (features.Get<ClientAddress>() is { } known)
        {
            return known;
        }

        var address = ClientAddress.From(_isForwardedForTrusted ? ReadForwardedFor(request) : features.Get<IPAddress>());
        if (address.Address is null)
        {
            WarnOnce();
        }

        features.Set(address);
        return address;
    }

    // RFC 9110 §5.3: more lines of a field are one list, in their order; so ToString joins them.
    private IPAddress? ReadForwardedFor(HttpRequestData request) =>
        request.Headers.NonValidated.TryGetValues("X-Forwarded-For", out var lines) ? ForwardedFor.ReadCaller(lines.ToString(), _proxiesInFront) : null;

    // Once: it is the configuration that is wrong, and the log must not grow with the requests.
    private void WarnOnce()
    {
        if (Interlocked.Exchange(ref _warned, 1) == 0)
        {
            logger.AddressUnknown(_isForwardedForTrusted);
        }
    }
}
