namespace Gatehouse.Tests.Integration.Hosting;

/// <summary>A new, empty folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("gatehouse-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
