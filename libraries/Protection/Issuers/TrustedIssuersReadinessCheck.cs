using Gatehouse.Protection.Http;





namespace Gatehouse.Protection.Issuers;

/// <summary>Ready when the keys of every trusted issuer were read at least once. Tokens of the others are accepted meanwhile.</summary>
internal sealed class TrustedIssuersReadinessCheck(IEnumerable<TrustedIssuer> issuers) : IReadinessCheck
{
    public string Name => "issuers";

    public async ValueTask<string?> FindProblemAsync(CancellationToken cancellationToken)
    {
        var unknown = new List<int>();
        foreach (var (i, issuer) in issuers.Index())
        {
            if (!await issuer.IsKnownAsync(cancellationToken))
            {
                unknown.Add(i);
            }
        }

        return unknown.Count == 0
            ? null
            : $"Their keys were never read: {string.Join(", ", unknown.Select(static i => $"Protection:TrustedIssuers:{i}"))}. Tokens of other issuers are accepted.";
    }
}
