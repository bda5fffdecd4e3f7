using System.Text.Json;
using Gatehouse.Protection.Caching;
using Gatehouse.Protection.Json;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Protection.Issuers;

/// <summary>
/// The keys of another issuer. Requests drive the reading, from the URL in the issuer's discovery document or in the
/// settings. While the issuer is unavailable, the last keys stay in use.
/// </summary>
internal sealed class IssuerKeySource
{
    /// <summary>The least time between two reads for unknown keys: how soon a new key is known after a flood of invented ids.</summary>
    public static readonly TimeSpan UnknownKeyInterval = TimeSpan.FromSeconds(30);

    private readonly IssuerKeyAddress _address;
    private readonly string[] _algorithms;
    private readonly IssuerDocuments _documents;
    private readonly ILogger<IssuerKeySource> _logger;
    private readonly RequestDrivenCache<IssuerKeys> _keys;

    /// <param name="address">The place of the keys.</param>
    /// <param name="algorithms">The accepted algorithms; keys for other algorithms are ignored.</param>
    /// <param name="client">From <see cref="IssuerDocuments.CreateClient"/>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">For failed reads.</param>
    public IssuerKeySource(IssuerKeyAddress address, string[] algorithms, HttpClient client, TimeProvider time, ILogger<IssuerKeySource> logger)
    {
        _address = address;
        _algorithms = algorithms;
        _documents = new IssuerDocuments(client, address.Document);
        _logger = logger;
        _keys = new RequestDrivenCache<IssuerKeys>(
            LoadAsync,
            new RequestDrivenCacheOptions
            {
                // A withdrawn key is dropped after an hour, or with the read for the next unknown key.
                RefreshAfter = TimeSpan.FromHours(1),
                WaitAfter = TimeSpan.FromHours(24),
                RetryAfterFailure = TimeSpan.FromSeconds(30),
                RetryInBackgroundFor = TimeSpan.FromHours(24),
                LoadTimeout = TimeSpan.FromSeconds(10),
                OnFailure = exception => logger.IssuerNotRead(exception, address.Issuer),
            },
            time);
    }

    /// <summary>The key for a signature, read again if it is unknown. It may be for another algorithm.</summary>
    /// <returns>Null when the issuer has no such key.</returns>
    /// <exception cref="KeysUnavailableException">The keys have never been read and can't be read now.</exception>
    public async ValueTask<VerificationKey?> FindAsync(string kid, string algorithm, CancellationToken cancellationToken)
    {
        var key = (await GetAsync(cancellationToken)).Find(kid, algorithm);

        // An algorithm that is never accepted is not worth a read.
        return key?.Allows(algorithm) == true || !_algorithms.Contains(algorithm)
            ? key
            : (await WaitAsync(_keys.RefreshAsync(UnknownKeyInterval, cancellationToken), cancellationToken)).Find(kid, algorithm);
    }

    /// <summary>The last published keys.</summary>
    /// <exception cref="KeysUnavailableException">The keys have never been read and can't be read now.</exception>
    public ValueTask<IssuerKeys> GetAsync(CancellationToken cancellationToken) =>
        _keys.TryGet(out var keys) ? new ValueTask<IssuerKeys>(keys) : WaitAsync(_keys.GetAsync(cancellationToken), cancellationToken);

    private async ValueTask<IssuerKeys> WaitAsync(ValueTask<IssuerKeys> reading, CancellationToken cancellationToken)
    {
        try
        {
            return await reading;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Any failure: without a key the token can be neither accepted nor rejected.
            throw new KeysUnavailableException($"The keys of the issuer {_address.Issuer} have never been read and can't be read now. Check the issuer's address in the settings and the network.", exception);
        }
    }

    private async Task<IssuerKeys> LoadAsync(IssuerKeys? known, CancellationToken cancellationToken)
    {
        var address = _address.IsKeySet ? _address.Document.OriginalString : await FindKeySetAsync(cancellationToken);
        using var document = await _documents.ReadAsync(address, cancellationToken);
        var published = document.RootElement.TryGetProperty("keys", out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Select(PublishedKey.Read) : [];
        var keys = new IssuerKeys(published
            .OfType<PublishedKey>()
            .Where(key => key.Algorithms.Any(_algorithms.Contains))
            .Select(key => known?.FindSame(key) ?? new VerificationKey(key.Kid, key, key.ToSecurityKey(), key.Algorithms.Where(_algorithms.Contains))));
        if (keys.Count == 0)
        {
            throw new InvalidDataException($"{address} has no key for one of the algorithms {string.Join(' ', _algorithms)}.");
        }

        _logger.IssuerRead(_address.Issuer, keys.Count);
        return keys;
    }

    private async Task<string> FindKeySetAsync(CancellationToken cancellationToken)
    {
        // Only these two members are read, because providers write others in types that the standard does not allow.
        var address = _address.Document.OriginalString;
        using var document = await _documents.ReadAsync(address, cancellationToken);
        var issuer = document.RootElement.FindString("issuer");

        // OpenID Connect Discovery §4.3: an attacker who could answer for another issuer could sign for it.
        return issuer == _address.DocumentIssuer
            ? document.RootElement.FindString("jwks_uri") ?? throw new InvalidDataException($"{address} has no jwks_uri.")
            : throw new InvalidDataException($"{address} names the issuer '{issuer}', but '{_address.DocumentIssuer}' is configured. Set Issuer, DocumentIssuer or Authority to exactly the name in the document.");
    }
}

/// <summary>The place of an issuer's keys.</summary>
/// <param name="Issuer">The issuer, for logs and errors.</param>
/// <param name="Document">The URL of the discovery document, or of the key set.</param>
/// <param name="DocumentIssuer">The <c>issuer</c> that the discovery document must name; null when the URL is that of the key set.</param>
internal sealed record IssuerKeyAddress(string Issuer, Uri Document, string? DocumentIssuer)
{
    public bool IsKeySet => DocumentIssuer is null;

    /// <summary>The keys that the discovery document of an issuer refers to.</summary>
    /// <param name="authority">The base URL of the document.</param>
    /// <param name="issuer">The issuer, for logs and errors.</param>
    /// <param name="documentIssuer">The <c>issuer</c> that the document must name.</param>
    public static IssuerKeyAddress OfAuthority(string authority, string issuer, string documentIssuer) =>
        new(issuer, new Uri(authority.TrimEnd('/') + "/.well-known/openid-configuration"), documentIssuer);

    /// <summary>The keys at a URL.</summary>
    public static IssuerKeyAddress OfKeySet(string url, string issuer) => new(issuer, new Uri(url), null);
}
