using System.Globalization;

namespace Gatehouse.Tests.Infra.Adopters;

/// <summary>Stock function apps that use the packed packages, and nothing else of this repository, build and pass their tests.</summary>
public sealed class AdopterTests : IDisposable
{
    private const int MaxLines = 200;

    private static readonly string[] Packages = ["Protection", "Protection.AspNetCore", "FunctionHost"];

    // A version of its own, because NuGet keeps what it has once seen.
    private readonly string _version = $"0.1.0-adopter.{DateTime.UtcNow.Ticks.ToString(CultureInfo.InvariantCulture)}";
    private readonly string _folder = Directory.CreateTempSubdirectory("adopter-").FullName;

    public static TheoryData<string> Apps() => [.. Directory.GetDirectories(RepositoryFolder.PathOf("tests/Adopters")).Select(static folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    /// <remarks>10 000 of its calls have no token.</remarks>
    [Theory]
    [MemberData(nameof(Apps))]
    [Trait("Run", "Gate")]
    public async Task App_PassesItsTests_WithThePackedPackages(string app)
    {
        Copy(RepositoryFolder.PathOf("tests/Adopters"), _folder);
        foreach (var package in Packages)
        {
            await DotNetAsync(RepositoryFolder.Root, "pack", $"libraries/{package}", "--no-build", "--configuration", "Debug", "--output", Path.Combine(_folder, "packages"), $"-p:PackageVersion={_version}");
        }

        var output = await DotNetAsync(Path.Combine(_folder, app, "OrdersApp.Tests"), "run", "--", "-noLogo", "-noColor");

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

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        var kept = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        foreach (var package in Packages.Select(package => Path.Combine(kept, $"gatehouse.{package.ToLowerInvariant()}", _version)).Where(Directory.Exists))
        {
            Directory.Delete(package, recursive: true);
        }
    }

    private static void Copy(string source, string target)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static async Task<string> DotNetAsync(string folder, params string[] arguments)
    {
        // An MSBuild server would outlive the test and lock the copy's files.
        var run = await Run.StartAsync("dotnet", arguments, new Dictionary<string, string> { ["MSBUILDDISABLENODEREUSE"] = "1" }, folder);
        Assert.True(run.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}\n{run.Output}{run.Errors}");
        return run.Output;
    }
}
