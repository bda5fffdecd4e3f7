using Gatehouse.Tests.Integration.Node;

namespace Gatehouse.Tests.Integration.OpenApi;

public sealed class SpectralTests
{
    [Fact]
    public async Task Document_HasNoFinding_NotEvenAHint()
    {
        var document = RepositoryFolder.PathOf("functions/Api/OpenApi/openapi.json");

        var result = await NodeProcess.RunAsync(
            "node_modules/@stoplight/spectral-cli/dist/index.js",
            ["lint", document, "--ruleset", "spectral.yaml", "--fail-severity", "hint", "--format", "text"]);

        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
        Assert.Contains("No results with a severity of 'hint' or higher found!", result.Output, StringComparison.Ordinal);
    }
}
