using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Gatehouse.Keys;
using Gatehouse.Protection;
using Gatehouse.Protection.Caching;
using Gatehouse.Protection.Json;
using Gatehouse.Protection.Telemetry;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tokens;

/// <summary>The keys of a client, from its configuration, or from a URL that is read now and then.</summary>
internal sealed class ClientKeys
{
    // Limits reads of the URL, because any caller can send assertions with unknown keys.
    private static readonly TimeSpan UnknownKeyInterval = TimeSpan.FromMinutes(5);

    private readonly ClientKeySet? _configured;
    private readonly RequestDrivenCache<ClientKeySet>? _fetched;

    public ClientKeys(ClientKeySet configured) => _configured = configured;

    public ClientKeys(RequestDrivenCache<ClientKeySet> fetched) => _fetched = fetched;

    /// <summary>
    /// The schedule of reads of a client's URL: every 15 minutes in the background. While the URL can't be read, the
    /// last keys are valid for another day; then requests wait for the next try.
    /// </summary>
    public static RequestDrivenCacheOptions FetchOptions { get; } = new()
    {
        RefreshAfter = TimeSpan.FromMinutes(15),
        WaitAfter = TimeSpan.FromHours(1),
        RetryAfterFailure = TimeSpan.FromSeconds(30),
        RetryInBackgroundFor = TimeSpan.FromDays(1),
        LoadTimeout = TimeSpan.FromSeconds(5),
    };

    /// <summary>The keys that a signature may come from.</summary>
    /// <exception cref="SecretSourceUnavailableException">The URL has never been read and can't be read now.</exception>
    public async ValueTask<IReadOnlyList<PeerKey>> FindAsync(string algorithm, string? kid, CancellationToken cancellationToken)
    {
        if (_configured is not null)
        {
            return [.. _configured.Find(algorithm, kid)];
        }

        PeerKey[] keys = [.. (await _fetched!.GetAsync(cancellationToken)).Find(algorithm, kid)];
        return keys.Length > 0 || kid is null
            ? keys
            : [.. (await _fetched.RefreshAsync(UnknownKeyInterval, cancellationToken)).Find(algorithm, kid)];
    }
}

/// <summary>The public keys of a client (RFC 7517 §5), each for one algorithm.</summary>
internal sealed class ClientKeySet
{
    private readonly ImmutableArray<PeerKey> _keys;

    private ClientKeySet(ImmutableArray<PeerKey> keys) => _keys = keys;

    /// <summary>
    /// Reads a key set. Keys for other uses or algorithms than <see cref="PeerKey.Algorithms"/> are ignored (RFC 7517
    /// §5).
    /// </summary>
    /// <exception cref="InvalidKeyException">The string is not a key set, or holds no usable key.</exception>
    public static ClientKeySet Parse(string json)
    {
        using var document = StrictJson.ParseObject(Encoding.UTF8.GetBytes(json), out _);
        return document is null ? throw new InvalidKeyException("It is not a JSON object.") : Parse(document.RootElement);
    }

    /// <inheritdoc cref="Parse(string)"/>
    public static ClientKeySet Parse(JsonElement set)
    {
        if (!set.TryGetProperty("keys", out var listed) || listed.ValueKind != JsonValueKind.Array)
        {
            throw new InvalidKeyException("It lacks the list keys.");
        }

        ImmutableArray<PeerKey> keys = [.. listed.EnumerateArray().SelectMany(static _ => PeerKey.Algorithms, TryRead).OfType<PeerKey>()];
        return keys.IsEmpty ? throw new InvalidKeyException("It holds no public key for ES256, PS256 or RS256.") : new ClientKeySet(keys);
    }

    /// <summary>The keys that a signature may come from.</summary>
    /// <param name="algorithm">The algorithm of the signature.</param>
    /// <param name="kid">The key id in the token; null when it has none.</param>
    public IEnumerable<PeerKey> Find(string algorithm, string? kid) =>
        _keys.Where(key => key.Algorithm == algorithm && (kid is null || key.Kid == kid));

    private static PeerKey? TryRead(JsonElement jwk, string algorithm)
    {
        try
        {
            return PeerKey.Parse(jwk, algorithm);
        }
        catch (InvalidKeyException)
        {
            return null;
        }
    }
}

/// <summary>Downloads the key set of a client.</summary>
/// <param name="metrics">The metrics of the calls.</param>
internal sealed class ClientKeyDownload(ProtectionMetrics metrics) : IDisposable
{
    private const int MaxBytes = 64 * 1024;

    // A redirect could lead to a host that the configuration does not allow.
    private readonly HttpClient _http = new(new DependencyHandler(
        new DependencyMeter(DependencyNames.ClientKeys, metrics),
        new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }))
    {
        MaxResponseContentBufferSize = MaxBytes,
    };

    /// <summary>The keys at a URL, which are read when the client authenticates.</summary>
    public ClientKeys CreateKeys(Uri url, string clientId, TimeProvider time, ILogger logger)
    {
        var options = ClientKeys.FetchOptions with { OnFailure = exception => logger.ClientKeysUnavailable(exception, clientId) };
        return new ClientKeys(new RequestDrivenCache<ClientKeySet>((_, cancellationToken) => ReadAsync(url, cancellationToken), options, time));
    }

    /// <exception cref="SecretSourceUnavailableException">The URL can't be read, or its content is not a key set.</exception>
    public async Task<ClientKeySet> ReadAsync(Uri url, CancellationToken cancellationToken)
    {
        try
        {
            return ClientKeySet.Parse(await _http.GetStringAsync(url, cancellationToken));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or InvalidKeyException)
        {
            throw new SecretSourceUnavailableException($"The client's keys at {url} can't be read. Check that the URL answers with a JWK set.", exception);
        }
    }

    public void Dispose() => _http.Dispose();
}
