using System.Net;
using Gatehouse.Protection.Settings;
using Gatehouse.Protection.Telemetry;
using Microsoft.IdentityModel.Protocols;

namespace Gatehouse.Protection.Issuers;

/// <summary>
/// Fetches what an issuer publishes about itself, and trusts the network with nothing: https only, but for an issuer on
/// this machine; no redirects; an answer of bounded size, in the time that the caller gives it.
/// </summary>
/// <param name="client">From <see cref="CreateClient"/>.</param>
/// <param name="authority">Where the issuer is. What it refers to may be elsewhere, but no less safe.</param>
internal sealed class IssuerDocuments(HttpClient client, Uri authority) : IDocumentRetriever
{
    /// <summary>The largest answer that is read, in bytes. Entra's key set, the longest of the known ones, has 20 KiB.</summary>
    public const int MaxLength = 256 * 1024;

    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>The connections of all issuers.</summary>
    /// <param name="metrics">Where the calls are measured.</param>
    /// <param name="network">Null for the real one.</param>
    public static HttpClient CreateClient(ProtectionMetrics metrics, HttpMessageHandler? network = null)
    {
        network ??= new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = ConnectionLifetime };
        return new HttpClient(new DependencyHandler(new DependencyMeter(DependencyNames.Issuer, metrics), network))
        {
            MaxResponseContentBufferSize = MaxLength,

            // Whoever asks says how long, on a clock that can be turned.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || !SafeAddress.IsSafe(uri) || (uri.Scheme != authority.Scheme && uri.Scheme != Uri.UriSchemeHttps))
        {
            throw new InvalidDataException($"The issuer refers to '{address}', which is no https URL. Nothing is fetched from there.");
        }

        using var response = await client.GetAsync(uri, HttpCompletionOption.ResponseContentRead, cancel);
        return response.StatusCode == HttpStatusCode.OK
            ? await response.Content.ReadAsStringAsync(cancel)
            : throw new HttpRequestException($"{uri} answered {(int)response.StatusCode}.", inner: null, response.StatusCode);
    }
}
