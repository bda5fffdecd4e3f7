namespace Gatehouse.Tests.Infra.Adopters;

/// <summary>Stock function apps that use the packed packages, and nothing else of this repository, build and pass their tests.</summary>
public sealed class AdopterTests(PackedAdopters adopters) : IClassFixture<PackedAdopters>
{
    private const int MaxLines = 200;

    public static TheoryData<string> Apps() => [.. Directory.GetDirectories(RepositoryFolder.PathOf("tests/Adopters")).Select(static folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    /// <remarks>10 000 of its calls have no token.</remarks>
    [Theory]
    [MemberData(nameof(Apps))]
    [Trait("Run", "Gate")]
    public async Task App_PassesItsTests_WithThePackedPackages(string app)
    {
        var folder = await adopters.PrepareAsync();

        var output = await PackedAdopters.DotNetAsync(Path.Combine(folder, app, "OrdersApp.Tests"), "run", "--", "-noLogo", "-noColor");

        Assert.Matches("Total: [1-9][0-9]*, Errors: 0, Failed: 0", output);
    }

    [Theory]
    [MemberData(nameof(Apps))]
    public void Code_ForProtectionAndTests_IsShort(string app)
    {
        var lines = Directory.EnumerateFiles(RepositoryFolder.PathOf($"tests/Adopters/{app}"), "*.cs", SearchOption.AllDirectories)
            .Where(static file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Sum(static file => File.ReadLines(file).Count());

        Assert.InRange(lines, 1, MaxLines);
    }
}
