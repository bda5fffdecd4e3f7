namespace Gatehouse.Protection;

/// <summary>What a request brought as its access token.</summary>
/// <param name="Token">The token; null when none came, or when it can't be told which one is meant.</param>
/// <param name="Fault">What is wrong with the way it was sent; null when nothing is.</param>
/// <param name="IsBoundScheme">Whether it came as a token that is bound to a key: <c>Authorization: DPoP</c> (RFC 9449 §7.1).</param>
internal readonly record struct PresentedToken(string? Token, string? Fault, bool IsBoundScheme = false)
{
    public static readonly PresentedToken None = new(null, null);

    // A record prints its members; this one must not end in a log.
    public override string ToString() => nameof(PresentedToken);
}
