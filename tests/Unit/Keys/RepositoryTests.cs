using Gatehouse.Keys;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Unit.Keys;

public sealed class RepositoryTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gatehouse-");

    [Fact]
    public void FindRoot_FolderOfABuild_IsTheFolderWithTheSolution()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "Functions.sln"), "");
        var build = _folder.CreateSubdirectory(Path.Combine("artifacts", "bin", "Host", "debug"));

        Assert.Equal(_folder.FullName, Repository.FindRoot(build.FullName));
    }

    [Fact]
    public void FindRoot_PublishedCopy_HasNone()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "host.json"), "{}");

        Assert.Null(Repository.FindRoot(_folder.FullName));
    }

    // Core Tools rebuild the folder that the app runs in at each start.
    [Fact]
    public async Task RelativeFolderOfKeys_IsInTheRepository()
    {
        var name = $".local/{Guid.NewGuid():N}";
        var source = new FileSecretSource(Options.Create(new KeysOptions { Folder = name }), TimeProvider.System, NullLogger<FileSecretSource>.Instance);
        var folder = Path.Combine(RepositoryFolder.Root, name);
        try
        {
            await source.AddVersionAsync("secret", "value", "text/plain", TestContext.Current.CancellationToken);

            Assert.True(Directory.Exists(Path.Combine(folder, "secret")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
