using Gatehouse.Keys;
using Gatehouse.Protection;
using Gatehouse.Protection.Caching;





namespace Gatehouse.Tokens;

/// <summary>Where the keys of a client come from: its configuration, or a URL that is read now and then.</summary>
internal sealed class ClientKeys
{
    // However many assertions name keys that nobody knows.
    private static readonly TimeSpan UnknownKeyInterval = TimeSpan.FromMinutes(5);

    private readonly ClientKeySet? _configured;
    private readonly RequestDrivenCache<ClientKeySet>? _fetched;

    public ClientKeys(ClientKeySet configured) => _configured = configured;

    public ClientKeys(RequestDrivenCache<ClientKeySet> fetched) => _fetched = fetched;

    /// <summary>
    /// How often a client's URL is read: every 15 minutes in the background. While it can't be read, the keys that were
    /// read last are good for a day more; then requests wait for the next try.
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
    /// <exception cref="SecretSourceUnavailableException">The URL was never read, and can't be read now.</exception>
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
