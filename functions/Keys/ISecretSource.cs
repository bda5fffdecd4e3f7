using Gatehouse.Protection.Http;

namespace Gatehouse.Keys;

/// <summary>The source of secrets with versions: signing keys and clients' secrets.</summary>
/// <exception cref="SecretSourceUnavailableException">Thrown by every member when the source can't be read.</exception>
internal interface ISecretSource
{
    /// <summary>All versions of a secret; none when there is no such secret.</summary>
    Task<IReadOnlyList<SecretVersion>> ListVersionsAsync(string name, CancellationToken cancellationToken);

    /// <summary>The value of one version; null when it was removed or disabled.</summary>
    Task<string?> GetValueAsync(string name, string version, CancellationToken cancellationToken);
}

internal static class SecretSourceExtensions
{
    /// <summary>The value of the newest usable version of a secret; null when there is none.</summary>
    /// <exception cref="SecretSourceUnavailableException">The source can't be read.</exception>
    public static async Task<string?> FindNewestAsync(this ISecretSource secrets, string name, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var versions = await secrets.ListVersionsAsync(name, cancellationToken);
        var newest = versions.Where(version => version.IsUsable(now)).MaxBy(static version => version.CreatedOn);
        return newest is null ? null : await secrets.GetValueAsync(name, newest.Version, cancellationToken);
    }
}

/// <summary>One version of a secret, without its value.</summary>
/// <param name="Version">Its name.</param>
/// <param name="Enabled">A disabled version must not be used.</param>
/// <param name="CreatedOn">The time of its creation.</param>
/// <param name="NotBefore">The time from which it may be used; null means at once.</param>
/// <param name="ExpiresOn">The time from which it may no longer be used; null means never.</param>
internal sealed record SecretVersion(string Version, bool Enabled, DateTimeOffset CreatedOn, DateTimeOffset? NotBefore, DateTimeOffset? ExpiresOn)
{
    /// <summary>Whether it is enabled and has not expired. It ignores <see cref="NotBefore"/>.</summary>
    public bool IsUsable(DateTimeOffset now) => Enabled && !(ExpiresOn <= now);
}

/// <summary>A secret can't be read right now: its source is unreachable, too slow, too busy or denies access.</summary>
/// <param name="message">For the log: the secret, the reason and the remedy. Never the value.</param>
/// <param name="innerException">The exception of the source's client.</param>
internal sealed class SecretSourceUnavailableException(string message, Exception innerException)
    : ServiceUnavailableException(message, "A service that this request needs is unavailable. Try again later.", TimeSpan.FromSeconds(5), innerException);
