using Gatehouse.Local;

namespace Gatehouse.Tests.Unit.Local;

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

    public void Dispose() => _folder.Delete(recursive: true);
}
