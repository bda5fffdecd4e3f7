namespace Gatehouse.Keys;

/// <summary>One version of a secret, without its value.</summary>
/// <param name="Version">Its name.</param>
/// <param name="Enabled">A disabled version must not be used.</param>
/// <param name="CreatedOn">When it was made.</param>
/// <param name="NotBefore">From when on it may be used; null: at once.</param>
/// <param name="ExpiresOn">From when on it may no longer be used; null: never.</param>
internal sealed record SecretVersion(string Version, bool Enabled, DateTimeOffset CreatedOn, DateTimeOffset? NotBefore, DateTimeOffset? ExpiresOn)
{
    /// <summary>Whether it may be used as far as <see cref="Enabled"/> and <see cref="ExpiresOn"/> go.</summary>
    public bool IsUsable(DateTimeOffset now) => Enabled && !(ExpiresOn <= now);
}
