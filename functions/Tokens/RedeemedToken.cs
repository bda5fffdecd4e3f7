namespace Gatehouse.Tokens;

/// <summary>A refresh token that was accepted.</summary>
/// <param name="Family">The family after the redemption.</param>
/// <param name="Next">The token that takes its place.</param>
/// <param name="IsRepeated">Whether it had been redeemed before, within the leeway.</param>
internal sealed record RedeemedToken(RefreshTokenFamily Family, RefreshToken Next, bool IsRepeated);
