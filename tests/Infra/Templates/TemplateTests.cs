using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Infra.Templates;

/// <summary><c>dotnet new gatehouse</c> creates a copy with another name, which builds and passes its tests.</summary>
public sealed partial class TemplateTests(InstalledTemplates templates, ITestOutputHelper output) : IClassFixture<InstalledTemplates>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("template-").FullName;

    private string Copy => Path.Combine(_folder, "copy");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Copy_IsRenamed()
    {
        var copy = await templates.Copy;

        Assert.Equal(["LICENSE"], FindFilesThatNameTheOriginal(copy));
        Assert.False(Directory.Exists(Path.Combine(copy, "templates")));
    }

    [Fact]
    public async Task Copy_HasDocumentsOfItsOwn()
    {
        var copy = await templates.Copy;
        var readme = await File.ReadAllTextAsync(Path.Combine(copy, "README.md"), TestContext.Current.CancellationToken);
        var changes = await File.ReadAllTextAsync(Path.Combine(copy, "CHANGELOG.md"), TestContext.Current.CancellationToken);

        Assert.Contains("## Make it yours", readme, StringComparison.Ordinal);
        Assert.DoesNotContain("## Is it for you?", readme, StringComparison.Ordinal);
        Assert.DoesNotContain("The first release", changes, StringComparison.Ordinal);
        Assert.All([readme, changes], static text => Assert.DoesNotContain("#if", text, StringComparison.Ordinal));
        Assert.All([readme, changes], static text => Assert.DoesNotContain("#endif", text, StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(copy, "docs", "library.md")));
    }

    /// <remarks>
    /// Follows the documents that add a function and a resource, to the letter: their commands run the conventions, which read
    /// the copy's files, and the new tests. Then it runs the tests that start the copy as a program and send it requests. The
    /// other tests differ from this repository's only in the name, so running them here is enough.
    /// This test costs more than all others together, so Infra.csproj leaves it to .ci/run.
    /// </remarks>
    [Fact]
    [Trait("Run", "Gate")]
    public async Task Copy_WithAnotherFunctionAndResource_Builds_AndPassesItsTests()
    {
        await templates.CreateAsync("gatehouse", InstalledTemplates.Name, Copy);

        // Of Node the tests below need Azurite alone, so this repository's serves. The gate has analyzed the same code.
        var node = Directory.CreateDirectory(Path.Combine(Copy, "tests", "Node", "node_modules")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(node, "azurite"), RepositoryFolder.PathOf("tests/Node/node_modules/azurite"));
        await File.WriteAllTextAsync(Path.Combine(node, ".zebrashop-installed"), "", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(Copy, "Directory.Build.rsp"), "-m:1 -p:InstallNodePackages=false -p:RunAnalyzers=false", TestContext.Current.CancellationToken);
        await FollowAsync("docs/add-a-function.md", "docs/add-a-resource.md");
        await TestAsync("Integration", "-class", "ZebraShop.Tests.Integration.Authentication.AuthenticateTests", "-class", "ZebraShop.Tests.Integration.LocalHost.FirstStartTests");
    }

    [Theory]
    [InlineData("HttpRequestData")]
    [InlineData("AspNetCore")]
    public async Task FunctionApp_IsTheAdopter_UnderItsOwnName(string adopter)
    {
        var created = Path.Combine(_folder, "created");

        await templates.CreateAsync("gatehouse-function", InstalledTemplates.Name, created, "--aspnetcore", adopter == "AspNetCore" ? "true" : "false");

        var files = Directory.EnumerateFiles(RepositoryFolder.PathOf($"tests/Adopters/{adopter}"), "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(RepositoryFolder.PathOf($"tests/Adopters/{adopter}"), file))
            .Where(static file => !file.Split(Path.DirectorySeparatorChar).Any(static folder => folder is "bin" or "obj"))
            .ToList();
        Assert.Equal(
            files.Select(static file => file.Replace("OrdersApp", InstalledTemplates.Name, StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(created, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(created, file)).Order(StringComparer.Ordinal));
        Assert.Contains("namespace Zebra.Shop;", await File.ReadAllTextAsync(Path.Combine(created, InstalledTemplates.Name, "Orders.cs"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static IEnumerable<string> FindFilesThatNameTheOriginal(string copy) =>
        from file in Directory.EnumerateFiles(copy, "*", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(copy, file)
        where OriginalName().IsMatch(path) || OriginalName().IsMatch(File.ReadAllText(file))
        select path;

    // All files before the commands, so that the copy is built once, and again after the update of what it embeds.
    private async Task FollowAsync(params string[] documents)
    {
        var all = new List<WrittenSteps>();
        foreach (var document in documents)
        {
            var steps = await WrittenSteps.ReadAsync(Path.Combine(Copy, document));
            await steps.ApplyAsync(Copy);
            all.Add(steps);
            output.WriteLine($"{document}: {steps.Files.Count()} files, {steps.Lines} lines");
        }

        // The last document updates what the first one does, and more.
        var commands = all.SelectMany(static steps => steps.Commands).ToList();
        await InstalledTemplates.RunAsync("bash", Copy, "-c", commands.Last(IsUpdate));
        await InstalledTemplates.RunAsync("dotnet", Copy, "build", "Functions.sln");
        foreach (var command in commands.Where(static command => !IsUpdate(command)))
        {
            await InstalledTemplates.RunAsync("bash", Copy, "-c", $"{command} --no-build");
        }
    }

    private static bool IsUpdate(string command) => command.Contains("_UPDATE=1 ", StringComparison.Ordinal);

    private async Task TestAsync(string project, params string[] filter)
    {
        var program = Path.Combine(Copy, "artifacts", "bin", project, "debug", $"ZebraShop.Tests.{project}.dll");
        var output = await InstalledTemplates.RunAsync("dotnet", Copy, [program, .. filter]);
        Assert.Matches("Total: [1-9][0-9]*, Errors: 0, Failed: 0", output);
    }

    [GeneratedRegex("gatehouse", RegexOptions.IgnoreCase)]
    private static partial Regex OriginalName();
}
