namespace Gatehouse.Tests.Integration.Node;

public sealed class NodePackagesTests
{
    [Fact]
    public async Task EveryPackage_IsInstalledAsPinned()
    {
        await NodePackages.EnsureInstalledAsync();

        var packages = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(NodePackages.Folder, "package.json"), TestContext.Current.CancellationToken));
        foreach (var package in packages.RootElement.GetProperty("dependencies").EnumerateObject())
        {
            var installed = Path.Combine(NodePackages.Folder, "node_modules", package.Name, "package.json");
            using var document = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(installed, TestContext.Current.CancellationToken));
            Assert.Equal(package.Value.GetString(), document.RootElement.GetProperty("version").GetString());
        }
    }
}
