using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Unit.Conventions;

/// <summary>docs/asvs.md has a row for each requirement of ASVS 5.0, chapters 6 and 7, levels 1 and 2.</summary>
public sealed partial class AsvsDocumentTests
{
    // The requirements of levels 1 and 2 are the first of each section.
    private static readonly (string Section, int Count)[] Sections =
    [
        ("6.1", 3), ("6.2", 12), ("6.3", 4), ("6.4", 4), ("6.5", 5), ("6.6", 3), ("6.8", 4),
        ("7.1", 3), ("7.2", 4), ("7.3", 2), ("7.4", 5), ("7.5", 2), ("7.6", 2),
    ];

    private static readonly string Document = File.ReadAllText(RepositoryFolder.PathOf("docs/asvs.md"));

    public static TheoryData<string> Named => [.. Reference().Matches(Document).Select(static match => match.Groups[1].Value).Distinct()];

    [Theory]
    [MemberData(nameof(Named))]
    public void NamedTest_Exists(string name) => Assert.Contains(name, WrittenTests.Names);

    [Fact]
    public void Requirement_HasOneRow()
    {
        var rows = Document.Split('\n').Where(static line => Row().IsMatch(line)).ToArray();

        Assert.Equal(
            Sections.SelectMany(static section => Enumerable.Range(1, section.Count).Select(number => $"{section.Section}.{number}")),
            rows.SelectMany(static row => Number().Matches(row.Split('|')[1]).Select(static match => match.Value)));
        Assert.All(rows, static row => Assert.Contains(row.Split('|')[2].Trim(), new[] { "met", "partly", "by setting", "yours" }));
    }

    [GeneratedRegex(@"`(\w+Tests\.\w+)`")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^\| [67]\.")]
    private static partial Regex Row();

    [GeneratedRegex(@"(?<![\d.])[67]\.\d\.\d+")]
    private static partial Regex Number();
}
