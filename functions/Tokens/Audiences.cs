using System.Collections.Frozen;
using System.Collections.Immutable;
using Gatehouse.Protection;
using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>The audiences that access tokens are issued for: this API, and those of <see cref="TokensOptions.FurtherAudiences"/>.</summary>
internal sealed class Audiences(IOptions<TokensOptions> options, ProtectedResource api)
{
    private readonly string _own = options.Value.Audience;
    private readonly FrozenSet<string> _further = SettingList.Split(options.Value.FurtherAudiences).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The audiences that the resources of a request stand for (RFC 8707 §2). The URL of this API stands for its own audience.</summary>
    /// <param name="resources">The resources; none for the API itself.</param>
    /// <returns>Empty when the request names no resource.</returns>
    /// <exception cref="UnknownResourceException">A resource stands for no audience.</exception>
    public ImmutableArray<string> Find(IEnumerable<string> resources) => [.. resources.Select(Find).Distinct(StringComparer.Ordinal)];

    /// <summary>The audiences of a token.</summary>
    /// <param name="granted">The audiences that were granted; empty for this API.</param>
    /// <param name="requested">The requested ones; empty for all that were granted.</param>
    /// <exception cref="UnknownResourceException">A requested audience was not granted, or none of the granted ones is left in the settings.</exception>
    public ImmutableArray<string> Narrow(ImmutableArray<string> granted, ImmutableArray<string> requested)
    {
        ImmutableArray<string> left = granted.IsDefaultOrEmpty ? [_own] : [.. granted.Where(Contains)];
        return left.IsEmpty || requested.Any(audience => !left.Contains(audience)) ? throw new UnknownResourceException()
            : requested.IsEmpty ? left
            : requested;
    }

    /// <summary>Whether tokens are issued for an audience.</summary>
    public bool Contains(string audience) => audience == _own || _further.Contains(audience);

    private string Find(string resource) =>
        _further.Contains(resource) ? resource
        : resource == _own || resource.TrimEnd('/') == api.PublicUrl ? _own
        : throw new UnknownResourceException();
}
