namespace Gatehouse.Protection;

/// <summary>What a request brought as its access token.</summary>
/// <param name="Token">The token; null when none came, or when it can't be told which one is meant.</param>
/// <param name="Fault">What is wrong with the way it was sent; null when nothing is.</param>
internal readonly record struct PresentedToken(string? Token, string? Fault)
{
    public static readonly PresentedToken None = new(null, null);

    // A record prints its members; this one must not end in a log.
    public override string ToString() => nameof(PresentedToken);
}
