namespace Gatehouse.Users;

/// <summary>What the comparison of a password gave.</summary>
/// <param name="User">The user as it was when the comparison began; null when there is none.</param>
/// <param name="IsRight">Whether the password is the user's.</param>
/// <param name="RehashAsync">Makes a hash of today's iterations, for a password that is right; null when the stored one has them.</param>
internal sealed record PasswordCheck(User? User, bool IsRight, Func<Task<string>>? RehashAsync);
