using System.Collections.Frozen;

namespace Gatehouse.Protection;

/// <summary>Everybody whose access tokens are accepted, by the name that is in their tokens.</summary>
internal sealed class TokenIssuers(IEnumerable<ITokenIssuer> issuers)
{
    private readonly FrozenDictionary<string, ITokenIssuer> _byName = issuers
        .SelectMany(static issuer => issuer.Names, static (issuer, name) => KeyValuePair.Create(name, issuer))
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The issuer with that <c>iss</c>, compared character by character (RFC 9068 §4); null for anybody else.</summary>
    public ITokenIssuer? Find(string name) => _byName.GetValueOrDefault(name);
}
