using Gatehouse.Protection;
using Gatehouse.Protection.Http;





namespace Gatehouse.Keys;

/// <summary>Ready when there is a key to sign with.</summary>
internal sealed class KeysReadinessCheck(KeyRing keys) : IReadinessCheck
{
    public string Name => "keys";

    public async ValueTask<string?> FindProblemAsync(CancellationToken cancellationToken)
    {
        try
        {
            await keys.GetActiveKeyAsync(cancellationToken);
            return null;
        }
        catch (KeysUnavailableException)
        {
            return "There is no signing key, or it can't be read.";
        }
    }
}
