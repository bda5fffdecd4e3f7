using Gatehouse.Protection.Http;
using Microsoft.Extensions.Options;

namespace Gatehouse.Revocation;

/// <summary>Ready when the feed was read lately. Asking has it read when it is time.</summary>
internal sealed class RevocationReadinessCheck(RevocationFeed feed, IOptions<RevocationOptions> options) : IReadinessCheck
{
    public string Name => "revocations";

    public async ValueTask<string?> FindProblemAsync(CancellationToken cancellationToken)
    {
        await feed.TryRefreshAsync(cancellationToken);
        return feed.Age >= options.Value.UnhealthyAfter ? "The revocations could not be read for a while." : null;
    }
}
