using Gatehouse.Keys;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Gatehouse.KeyTool;

/// <summary>Keys in the files that local/Host reads.</summary>
internal sealed class FolderKeyStore(string folder, string secret, TimeProvider time) : IKeyStore
{
    private readonly FileSecretSource _files = new(Options.Create(new KeysOptions { Folder = folder }), time, NullLogger<FileSecretSource>.Instance);

    public string Description => Path.Combine(folder, secret);

    public async Task<IReadOnlyList<StoredVersion>> ListAsync(CancellationToken cancellationToken)
    {
        var versions = new List<StoredVersion>();
        foreach (var version in await _files.ListVersionsAsync(secret, cancellationToken))
        {
            var bundle = await _files.FindBundleAsync(secret, version.Version, cancellationToken);
            versions.Add(new StoredVersion(version, bundle?.Tags?.GetValueOrDefault(VersionTags.Kid)));
        }

        return versions;
    }

    public Task<string?> GetValueAsync(string version, CancellationToken cancellationToken) => _files.GetValueAsync(secret, version, cancellationToken);

    public Task<string> AddAsync(NewVersion version, CancellationToken cancellationToken) => _files.AddVersionAsync(
        secret,
        new SecretBundle
        {
            Value = version.Value,
            ContentType = version.ContentType,
            Tags = version.Tags,
            Attributes = new SecretBundleAttributes
            {
                Created = time.GetUtcNow().ToUnixTimeSeconds(),
                NotBefore = version.NotBefore.ToUnixTimeSeconds(),
                Expires = version.ExpiresOn.ToUnixTimeSeconds(),
            },
        },
        cancellationToken);

    public async Task DisableAsync(string version, CancellationToken cancellationToken)
    {
        var bundle = await _files.FindBundleAsync(secret, version, cancellationToken)
            ?? throw new KeyToolException($"The version {version} is gone.");
        bundle.Attributes.Enabled = false;
        await _files.ReplaceVersionAsync(secret, version, bundle, cancellationToken);
    }
}
