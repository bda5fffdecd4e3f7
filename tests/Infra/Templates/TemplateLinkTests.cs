using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Infra.Templates;

/// <summary>The documents of a copy made by <c>dotnet new gatehouse</c> link to nothing that the template leaves out.</summary>
/// <remarks>Not in tests/Unit, because the template engine would evaluate the conditions in this file.</remarks>
public sealed partial class TemplateLinkTests
{
    private static readonly string[] LeftOut = ["bench", "docs/library.md", "templates", "tests/Adopters"];

    public static TheoryData<string> Documents() =>
        [
            .. Directory.EnumerateFiles(RepositoryFolder.Root, "*.md")
                .Concat(Directory.EnumerateFiles(RepositoryFolder.PathOf("docs"), "*.md"))
                .Select(static file => Path.GetRelativePath(RepositoryFolder.Root, file))
                .Order(),
        ];

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Links_OfACopy_LeadToNothingLeftOut(string document)
    {
        var text = await File.ReadAllTextAsync(RepositoryFolder.PathOf(document), TestContext.Current.CancellationToken);
        var folder = Path.GetDirectoryName(RepositoryFolder.PathOf(document))!;
        var linked = Link().Matches(NotForACopy().Replace(text, ""))
            .Select(match => Path.GetRelativePath(RepositoryFolder.Root, Path.Combine(folder, match.Groups[1].Value)).Replace(Path.DirectorySeparatorChar, '/'));

        Assert.All(linked, target => Assert.False(
            LeftOut.Any(folder => target == folder || target.StartsWith($"{folder}/", StringComparison.Ordinal)),
            $"{document} links to {target}, which a copy lacks. Put the sentence between <!--#if (!isCopy) --> and <!--#endif -->."));
    }

    [GeneratedRegex(@"<!--#if \(!isCopy\) -->.*?<!--#endif -->", RegexOptions.Singleline)]
    private static partial Regex NotForACopy();

    [GeneratedRegex(@"\]\(([^)\s#]+)[^)]*\)")]
    private static partial Regex Link();
}
