using Gatehouse.Keys;

namespace Gatehouse.KeyTool;

/// <summary>Writes the secret whose versions are the signing keys. The app itself only reads it.</summary>
internal interface IKeyStore
{
    /// <summary>The name of the store in messages.</summary>
    string Description { get; }

    /// <summary>All versions, disabled and expired ones included.</summary>
    Task<IReadOnlyList<StoredVersion>> ListAsync(CancellationToken cancellationToken);

    /// <summary>The value of a version; null when it is disabled or gone.</summary>
    Task<string?> GetValueAsync(string version, CancellationToken cancellationToken);

    /// <summary>Adds a version.</summary>
    /// <returns>The name of the version.</returns>
    Task<string> AddAsync(NewVersion version, CancellationToken cancellationToken);

    /// <summary>Disables a version. The app ignores it when it next reads the keys.</summary>
    Task DisableAsync(string version, CancellationToken cancellationToken);
}

/// <summary>A stored version.</summary>
/// <param name="Version">Its name and dates.</param>
/// <param name="Kid">The key id in the tag, which disabled versions have too; null without a tag.</param>
internal sealed record StoredVersion(SecretVersion Version, string? Kid);

/// <summary>A version to store.</summary>
internal sealed record NewVersion
{
    /// <summary>The private key.</summary>
    public required string Value { get; init; }

    public required string ContentType { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset ExpiresOn { get; init; }

    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    // A record prints its members, and this one holds a private key.
    public override string ToString() => nameof(NewVersion);
}

/// <summary>The names of a version's tags. Tags hold no secrets, because more people may read them than the value.</summary>
internal static class VersionTags
{
    public const string Kid = "kid";
    public const string Algorithm = "alg";
    public const string MadeBy = "made-by";
}

/// <summary>A failure that the user can mend. The tool prints only its message.</summary>
internal sealed class KeyToolException(string message, Exception? innerException = null) : Exception(message, innerException);
