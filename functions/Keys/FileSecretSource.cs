using System.Text.Json;
using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Keys;

/// <summary>
/// Secrets in files, for a machine without a Key Vault: <c>{Keys:Folder}/{secret}/{version}.json</c>, each file a
/// version in the shape of a Key Vault secret bundle. Only the owner may read them.
/// </summary>
internal sealed class FileSecretSource(IOptions<KeysOptions> options, TimeProvider time, ILogger<FileSecretSource> logger) : ISecretSource
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    private readonly string _folder = Path.GetFullPath(options.Value.Folder, Repository.Root ?? Directory.GetCurrentDirectory());

    public async Task<IReadOnlyList<SecretVersion>> ListVersionsAsync(string name, CancellationToken cancellationToken)
    {
        var folder = FolderOf(name);
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var versions = new List<SecretVersion>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            if (await ReadAsync(file, cancellationToken) is { } bundle)
            {
                versions.Add(bundle.Attributes.ToVersion(Path.GetFileNameWithoutExtension(file)));
            }
        }

        return versions;
    }

    public async Task<string?> GetValueAsync(string name, string version, CancellationToken cancellationToken)
    {
        var file = Path.Combine(FolderOf(name), version + ".json");
        return SettingFaults.IsSecretName(version) && File.Exists(file) && await ReadAsync(file, cancellationToken) is { Attributes.Enabled: true } bundle
            ? bundle.Value
            : null;
    }

    /// <summary>Adds a version with the current time. A reader sees all of it or nothing.</summary>
    /// <returns>The version's name.</returns>
    public Task<string> AddVersionAsync(string name, string value, string contentType, CancellationToken cancellationToken)
    {
        var attributes = new SecretBundleAttributes { Created = time.GetUtcNow().ToUnixTimeSeconds() };
        return AddVersionAsync(name, new SecretBundle { Value = value, ContentType = contentType, Attributes = attributes }, cancellationToken);
    }

    /// <summary>Adds a version. A reader sees all of it or nothing.</summary>
    /// <returns>The version's name.</returns>
    public async Task<string> AddVersionAsync(string name, SecretBundle bundle, CancellationToken cancellationToken)
    {
        var folder = FolderOf(name);
        CreateFolder(_folder);
        CreateFolder(folder);
        var version = Guid.NewGuid().ToString("N");
        await WriteAsync(Path.Combine(folder, version + ".json"), bundle, cancellationToken);
        return version;
    }

    /// <summary>The whole version, even a disabled one; null when its file is missing or malformed.</summary>
    public Task<SecretBundle?> FindBundleAsync(string name, string version, CancellationToken cancellationToken) =>
        SettingFaults.IsSecretName(version) ? ReadAsync(Path.Combine(FolderOf(name), version + ".json"), cancellationToken) : Task.FromResult<SecretBundle?>(null);

    /// <summary>Replaces the bundle of a version. A reader sees one or the other.</summary>
    public Task ReplaceVersionAsync(string name, string version, SecretBundle bundle, CancellationToken cancellationToken) =>
        WriteAsync(Path.Combine(FolderOf(name), version + ".json"), bundle, cancellationToken);

    private static async Task WriteAsync(string file, SecretBundle bundle, CancellationToken cancellationToken)
    {
        var unfinished = $"{file}.{Guid.NewGuid():N}.new";
        var settings = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            settings.UnixCreateMode = OwnerFile;
        }

        await using (var stream = new FileStream(unfinished, settings))
        {
            await JsonSerializer.SerializeAsync(stream, bundle, KeysJsonContext.Default.SecretBundle, cancellationToken);
            stream.Flush(flushToDisk: true);
        }

        File.Move(unfinished, file, overwrite: true);
    }

    private static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerFolder);
        }
    }

    private string FolderOf(string name) =>
        SettingFaults.IsSecretName(name) ? Path.Combine(_folder, name) : throw new ArgumentException("A secret name must have letters, digits and dashes only.", nameof(name));

    private async Task<SecretBundle?> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = File.OpenRead(file);
            if (await JsonSerializer.DeserializeAsync(stream, KeysJsonContext.Default.SecretBundle, cancellationToken) is { Attributes.AreTimes: true } bundle)
            {
                return bundle;
            }
        }
        catch (JsonException)
        {
            // Logged below without the exception, whose message may quote the value.
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // Removed since the folder was listed.
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SecretSourceUnavailableException($"The file {file} can't be read. Check that it exists and belongs to the user that runs Gatehouse.", exception);
        }

        logger.SecretFileMalformed(file);
        return null;
    }
}
