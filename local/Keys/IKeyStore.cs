namespace Gatehouse.KeyTool;

/// <summary>The secret whose versions are the signing keys, for those who may write it. The app itself only ever reads it.</summary>
internal interface IKeyStore
{
    /// <summary>What it is, for messages.</summary>
    string Description { get; }

    /// <summary>All versions, disabled and expired ones included.</summary>
    Task<IReadOnlyList<StoredVersion>> ListAsync(CancellationToken cancellationToken);

    /// <summary>The value of a version; null when it is disabled or gone.</summary>
    Task<string?> GetValueAsync(string version, CancellationToken cancellationToken);

    /// <summary>Adds a version.</summary>
    /// <returns>Its name.</returns>
    Task<string> AddAsync(NewVersion version, CancellationToken cancellationToken);

    /// <summary>Disables a version: the app leaves it out when it reads the keys next.</summary>
    Task DisableAsync(string version, CancellationToken cancellationToken);
}
