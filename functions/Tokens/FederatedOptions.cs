using Gatehouse.Protection.Settings;

namespace Gatehouse.Tokens;

/// <summary>A client's identity at another issuer, in <c>Clients:0:Federated</c>. docs/workloads.md has complete examples.</summary>
internal sealed class FederatedOptions
{
    /// <summary>The smallest <see cref="MaxLifetime"/>.</summary>
    public static readonly TimeSpan MinMaxLifetime = TimeSpan.FromMinutes(1);

    /// <summary>The largest <see cref="MaxLifetime"/>.</summary>
    public static readonly TimeSpan MaxMaxLifetime = TimeSpan.FromDays(2);

    /// <summary>
    /// The exact <c>iss</c> of the workload's tokens. Without <see cref="JwksUri"/> it is also the base URL of the issuer's
    /// <c>/.well-known/openid-configuration</c>: https, or http on loopback. Required; has no default.
    /// </summary>
    public string Issuer { get; set; } = "";

    /// <summary>
    /// The URL of the issuer's key set, for an issuer whose discovery document Gatehouse can't reach: https (http only on
    /// loopback). Defaults to none: the discovery document names it.
    /// </summary>
    public Uri? JwksUri { get; set; }

    /// <summary>
    /// The exact <c>sub</c> of the workload's tokens, such as <c>repo:your-org/your-repo:environment:production</c>. There are
    /// no wildcards. Required; has no default.
    /// </summary>
    public string Subject { get; set; } = "";

    /// <summary>The exact <c>aud</c> of the workload's tokens; a token with another audience beside it is refused. Defaults to Tokens:Issuer.</summary>
    public string Audience { get; set; } = "";

    /// <summary>
    /// Other claims that the tokens must have, by name, each with its whole string. <c>a.b</c> is the member b of the claim a.
    /// Defaults to none.
    /// </summary>
    public IDictionary<string, string> Claims { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Whether a token is accepted until it expires, instead of once: for a workload that can't get a new token for each call,
    /// such as a pod or a managed identity. Defaults to false.
    /// </summary>
    public bool Reusable { get; set; }

    /// <summary>
    /// The longest accepted lifetime of a token, from <c>iat</c> (or now) to <c>exp</c>: it bounds how long a stolen one is
    /// useful. 1 minute to 2 days. Defaults to 2 hours.
    /// </summary>
    public TimeSpan MaxLifetime { get; set; } = TimeSpan.FromHours(2);

    /// <summary>The faults of the identity, each with the name of its property.</summary>
    public IEnumerable<(string Name, string Must)> FindFaults()
    {
        if (JwksUri is { } url)
        {
            if (Issuer.Length == 0)
            {
                yield return (nameof(Issuer), "must be the iss of the workload's tokens.");
            }

            if (!SafeAddress.IsSafe(url))
            {
                yield return (nameof(JwksUri), "must be an absolute https URL (http only on loopback).");
            }
        }
        else if (!SafeAddress.IsBaseUrl(Issuer))
        {
            yield return (nameof(Issuer), "must be the iss of the workload's tokens, an absolute https URL without query or fragment (http only on loopback), such as https://token.actions.githubusercontent.com. For an issuer without discovery document, set JwksUri too.");
        }

        if (Subject.Length == 0 || Subject.Contains('*', StringComparison.Ordinal))
        {
            yield return (nameof(Subject), "must be the exact sub of the workload's tokens, without wildcards, such as repo:your-org/your-repo:environment:production.");
        }

        if (Claims.Any(static claim => claim.Key.Length == 0 || string.IsNullOrEmpty(claim.Value)))
        {
            yield return (nameof(Claims), "must give each claim the string that it must have.");
        }

        if (MaxLifetime < MinMaxLifetime || MaxLifetime > MaxMaxLifetime)
        {
            yield return (nameof(MaxLifetime), FormattableString.Invariant($"must be between {MinMaxLifetime} and {MaxMaxLifetime}."));
        }
    }
}
