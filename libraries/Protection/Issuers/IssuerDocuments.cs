using System.Net;
using Gatehouse.Protection.Settings;
using Gatehouse.Protection.Telemetry;
using Microsoft.IdentityModel.Protocols;

namespace Gatehouse.Protection.Issuers;

/// <summary>
/// Fetches the documents that an issuer publishes, without trusting the network: https only, except for an issuer on
/// this machine; no redirects; a bounded size; the time limit of the caller.
/// </summary>
/// <param name="client">From <see cref="CreateClient"/>.</param>
/// <param name="authority">The URL of the issuer. Its documents may be on other hosts, but not over a less safe scheme.</param>
internal sealed class IssuerDocuments(HttpClient client, Uri authority) : IDocumentRetriever
{
    /// <summary>The largest accepted answer, in bytes. Entra's key set, the largest known one, has 20 KiB.</summary>
    public const int MaxLength = 256 * 1024;

    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>Creates the client for the documents of all issuers.</summary>
    /// <param name="metrics">The metrics of the calls.</param>
    /// <param name="network">The handler that sends requests; null for the real network.</param>
    public static HttpClient CreateClient(ProtectionMetrics metrics, HttpMessageHandler? network = null)
    {
        network ??= new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = ConnectionLifetime };
        return new HttpClient(new DependencyHandler(new DependencyMeter(DependencyNames.Issuer, metrics), network))
        {
            MaxResponseContentBufferSize = MaxLength,

            // The caller sets the time limit, on a TimeProvider.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || !SafeAddress.IsSafe(uri) || (uri.Scheme != authority.Scheme && uri.Scheme != Uri.UriSchemeHttps))
        {
            throw new InvalidDataException($"The issuer refers to '{address}', which is not an https URL, so it was not fetched.");
        }

        using var response = await client.GetAsync(uri, HttpCompletionOption.ResponseContentRead, cancel);
        return response.StatusCode == HttpStatusCode.OK
            ? await response.Content.ReadAsStringAsync(cancel)
            : throw new HttpRequestException($"{uri} answered {(int)response.StatusCode}.", inner: null, response.StatusCode);
    }
}
