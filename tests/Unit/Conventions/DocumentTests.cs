using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Unit.Conventions;

/// <summary>The links of the documents lead to existing files and headings, and every picture is shown.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] LeftOut = ["artifacts", "node_modules", ".git", ".local"];

    public static TheoryData<string> Documents() =>
        [.. FindFiles(RepositoryFolder.PathOf(""), "*.md").Select(static file => Path.GetRelativePath(RepositoryFolder.PathOf(""), file).Replace('\\', '/')).Order()];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_LeadToExistingTargets(string document) =>
        Assert.All(LinksOf(document), link => Assert.True(Leads(RepositoryFolder.PathOf(document), link), $"{document} links to {link}, which does not exist. Correct the link, or the heading or file it names."));

    [Fact]
    public void Picture_IsShownInADocument()
    {
        var shown = Documents()
            .SelectMany(static row => LinksOf(row.Data).Select(link => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(RepositoryFolder.PathOf(row.Data))!, link))))
            .ToHashSet(StringComparer.Ordinal);

        Assert.Subset(shown, Pictures("*.svg").Concat(Pictures("*.png")).Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal));
    }

    [Fact]
    public void Drawing_HasAMermaidSource() =>
        Assert.Equal(Pictures("*.mmd").Select(Path.GetFileNameWithoutExtension).Order(), Pictures("*.svg").Select(Path.GetFileNameWithoutExtension).Order());

    [Theory]
    [InlineData("refresh")]
    [InlineData("request-path")]
    [InlineData("revocation")]
    public void SequenceDiagram_HasTheLabelsOfItsSource(string name)
    {
        var source = SourceLabel().Matches(File.ReadAllText(RepositoryFolder.PathOf($"docs/images/{name}.mmd"))).Select(static match => match.Groups[1].Value.Trim());
        var drawn = DrawnLabel().Matches(File.ReadAllText(RepositoryFolder.PathOf($"docs/images/{name}.svg"))).Select(static match => WebUtility.HtmlDecode(match.Groups[1].Value));

        Assert.Equal(source, drawn);
    }

    [Fact]
    public void LogCategory_OfADocument_IsAClass()
    {
        var app = typeof(GatehouseBuilderExtensions).Assembly;
        Assembly[] own = [app, .. app.GetReferencedAssemblies().Where(static name => name.Name!.StartsWith("Gatehouse", StringComparison.Ordinal)).Select(Assembly.Load)];
        var named = Documents().SelectMany(static row => LogCategory().Matches(File.ReadAllText(RepositoryFolder.PathOf(row.Data))).Select(match => (Document: row.Data, Class: match.Groups[1].Value))).ToArray();

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.True(
            own.Any(assembly => assembly.GetType(name.Class) is not null),
            $"{name.Document} names the log category {name.Class}, but that class does not exist. Correct the document."));
    }

    private static string[] Pictures(string pattern) => Directory.GetFiles(RepositoryFolder.PathOf("docs/images"), pattern);

    private static IEnumerable<string> FindFiles(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern).Concat(
            Directory.EnumerateDirectories(folder).Where(static child => !LeftOut.Contains(Path.GetFileName(child))).SelectMany(child => FindFiles(child, pattern)));

    private static IEnumerable<string> LinksOf(string document) =>
        Link().Matches(Code().Replace(File.ReadAllText(RepositoryFolder.PathOf(document)), ""))
            .Select(static match => match.Groups[1].Value)
            .Where(static link => !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith("mailto:", StringComparison.Ordinal));

    private static bool Leads(string document, string link)
    {
        var parts = link.Split('#', 2);
        var target = parts[0].Length == 0 ? document : Path.Combine(Path.GetDirectoryName(document)!, parts[0]);
        return (File.Exists(target) || Directory.Exists(target)) && (parts.Length == 1 || AnchorsOf(target).Contains(parts[1]));
    }

    // GitHub's rule: lower case, without punctuation, hyphens for spaces.
    private static IEnumerable<string> AnchorsOf(string document) =>
        Heading().Matches(File.ReadAllText(document))
            .Select(static match => Punctuation().Replace(match.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"^    (?:participant \w+ as |Note over \w+: |\w+--?[>x]>?\w+: )(.+)$", RegexOptions.Multiline)]
    private static partial Regex SourceLabel();

    [GeneratedRegex(@"<text[^>]*>([^<]*)</text>")]
    private static partial Regex DrawnLabel();

    [GeneratedRegex(@"`(Gatehouse\.[\w.]+Middleware)`")]
    private static partial Regex LogCategory();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"```.*?```|`[^`\n]*`", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();
}
