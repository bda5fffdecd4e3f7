using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Unit.Conventions;

/// <summary>docs/security.md names a test for each answer to a threat.</summary>
public sealed partial class SecurityDocumentTests
{
    private static readonly HashSet<string> Written = FindTests();

    public static TheoryData<string> Named => [.. Reference().Matches(File.ReadAllText(RepositoryFolder.PathOf("docs/security.md"))).Select(static match => match.Groups[1].Value).Distinct()];

    [Theory]
    [MemberData(nameof(Named))]
    public void TestThatTheDocumentNames_IsThere(string name) => Assert.Contains(name, Written);

    [Fact]
    public void EveryThreat_HasATest()
    {
        var rows = File.ReadLines(RepositoryFolder.PathOf("docs/security.md")).Where(static line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| threat |", StringComparison.Ordinal)).ToArray();

        Assert.True(rows.Length > 20);
        Assert.All(rows, static row => Assert.Matches(Reference(), row));
    }

    // The integration tests are another program, so theirs are found in the sources.
    private static HashSet<string> FindTests()
    {
        var tests = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(RepositoryFolder.PathOf("tests"), "*Tests.cs", SearchOption.AllDirectories))
        {
            foreach (Match match in Method().Matches(File.ReadAllText(file)))
            {
                tests.Add($"{Path.GetFileNameWithoutExtension(file)}.{match.Groups[1].Value}");
            }
        }

        return tests;
    }

    [GeneratedRegex(@"`(\w+Tests\.\w+)`")]
    private static partial Regex Reference();

    [GeneratedRegex(@"\[(?:Fact|Theory)[^\]]*\](?:\s*\[[^\n]*\])*\s*public (?:async )?\w+ (\w+)\(")]
    private static partial Regex Method();
}
