using Gatehouse.Keys;
using Gatehouse.Protection;
using Gatehouse.Protection.Telemetry;





namespace Gatehouse.Tokens;

/// <summary>Reads the key set of a client from its URL.</summary>
/// <param name="metrics">Where the calls are measured.</param>
internal sealed class ClientKeyDownload(GatehouseMetrics metrics) : IDisposable
{
    private const int MaxBytes = 64 * 1024;

    // A redirect could lead to where the configuration does not allow.
    private readonly HttpClient _http = new(new DependencyHandler(
        new DependencyMeter(DependencyNames.ClientKeys, metrics),
        new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }))
    {
        MaxResponseContentBufferSize = MaxBytes,
    };

    /// <exception cref="SecretSourceUnavailableException">It can't be read, or is no key set.</exception>
    public async Task<ClientKeySet> ReadAsync(Uri url, CancellationToken cancellationToken)
    {
        try
        {
            return ClientKeySet.Parse(await _http.GetStringAsync(url, cancellationToken));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or InvalidKeyException)
        {
            throw new SecretSourceUnavailableException($"The keys at {url} can't be read.", exception);
        }
    }

    public void Dispose() => _http.Dispose();
}
