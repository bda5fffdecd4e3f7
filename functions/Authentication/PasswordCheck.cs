namespace Gatehouse.Authentication;

/// <summary>What the comparison of a password gave.</summary>
/// <param name="User">The user as it was when the comparison began; null when there is none.</param>
/// <param name="IsRight">Whether the password is the user's.</param>
/// <param name="NewHash">A stronger hash of the password, when the stored one is weaker than what is made today.</param>
internal sealed record PasswordCheck(User? User, bool IsRight, string? NewHash)
{
    // A record prints its members; this one must not end in a log.
    public override string ToString() => nameof(PasswordCheck);
}
