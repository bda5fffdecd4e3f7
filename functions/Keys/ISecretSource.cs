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
