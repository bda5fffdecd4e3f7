using System.Collections.Concurrent;
using Gatehouse.Protection;
using Gatehouse.Protection.Issuers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>Makes the federated identities of clients. Those of one issuer share its keys.</summary>
internal sealed class FederatedIdentities(
    [FromKeyedServices(TrustedIssuersServiceCollectionExtensions.ClientKey)] HttpClient http,
    IOptions<TokensOptions> tokens,
    TimeProvider time,
    ILogger<IssuerKeySource> logger)
{
    private readonly ConcurrentDictionary<IssuerKeyAddress, IssuerKeySource> _keys = [];

    /// <summary>Makes the identity that the settings describe.</summary>
    public FederatedIdentity Create(FederatedOptions options)
    {
        var address = options.JwksUri is { } keySet
            ? IssuerKeyAddress.OfKeySet(keySet.OriginalString, options.Issuer)
            : IssuerKeyAddress.OfAuthority(options.Issuer, options.Issuer, options.Issuer);
        var keys = _keys.GetOrAdd(address, static (address, self) => self.CreateKeys(address), this);
        return new FederatedIdentity(options, options.Audience.Length > 0 ? options.Audience : tokens.Value.Issuer, keys, time);
    }

    private IssuerKeySource CreateKeys(IssuerKeyAddress address) => new(address, [.. PeerKey.Algorithms], http, time, logger);
}
