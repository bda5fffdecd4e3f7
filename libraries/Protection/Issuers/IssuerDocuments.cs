using System.Net;
using System.Text.Json;
using Gatehouse.Protection.Settings;
using Gatehouse.Protection.Telemetry;

namespace Gatehouse.Protection.Issuers;

/// <summary>
/// Fetches the documents that an issuer publishes, without trusting the network: https only, except for an issuer on
/// this machine; no redirects; a bounded size; the time limit of the caller.
/// </summary>
/// <param name="client">From <see cref="CreateClient"/>.</param>
/// <param name="first">The URL of the first document. The others may be on other hosts, but not over a less safe scheme.</param>
internal sealed class IssuerDocuments(HttpClient client, Uri first)
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

    /// <summary>Fetches a JSON object, which the caller disposes. It comes from the issuer, so members that Gatehouse does not read may have any type.</summary>
    public async Task<JsonDocument> ReadAsync(string address, CancellationToken cancel)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || !SafeAddress.IsSafe(uri) || (uri.Scheme != first.Scheme && uri.Scheme != Uri.UriSchemeHttps))
        {
            throw new InvalidDataException($"The issuer refers to '{address}', which is not an https URL, so it was not fetched.");
        }

        using var response = await client.GetAsync(uri, HttpCompletionOption.ResponseContentRead, cancel);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new HttpRequestException($"{uri} answered {(int)response.StatusCode}.", inner: null, response.StatusCode);
        }

        // RFC 8259 §8.1: JSON is UTF-8, whatever charset the header names. A stream reader also skips a byte order mark.
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancel));
        var document = JsonDocument.Parse(await reader.ReadToEndAsync(cancel));
        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return document;
        }

        document.Dispose();
        throw new InvalidDataException($"{uri} is not a JSON object.");
    }
}
