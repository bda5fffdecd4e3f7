using Gatehouse.Protection.Http;





namespace Gatehouse.Keys;

/// <summary>Where secrets with versions come from: signing keys and clients' secrets.</summary>
/// <exception cref="SecretSourceUnavailableException">Thrown by every member when the source can't be read.</exception>
internal interface ISecretSource
{
    /// <summary>All versions of a secret; none when there is no such secret.</summary>
    Task<IReadOnlyList<SecretVersion>> ListVersionsAsync(string name, CancellationToken cancellationToken);

    /// <summary>The value of one version; null when it is gone or was disabled meanwhile.</summary>
    Task<string?> GetValueAsync(string name, string version, CancellationToken cancellationToken);
}

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

/// <summary>A secret can't be read right now: its source is away, too slow, too busy or refuses.</summary>
/// <param name="message">For the log: which secret, why, and what to do. Never a secret's value.</param>
/// <param name="innerException">The exception of the source's client.</param>
internal sealed class SecretSourceUnavailableException(string message, Exception innerException)
    : ServiceUnavailableException(message, "A service that is needed for this is away. Try again later.", TimeSpan.FromSeconds(5), innerException);
