using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Unit.Conventions;

/// <summary>docs/security.md names a test for each answer to a threat.</summary>
public sealed partial class SecurityDocumentTests
{
    public static TheoryData<string> Named => [.. Reference().Matches(File.ReadAllText(RepositoryFolder.PathOf("docs/security.md"))).Select(static match => match.Groups[1].Value).Distinct()];

    [Theory]
    [MemberData(nameof(Named))]
    public void NamedTest_Exists(string name) => Assert.Contains(name, WrittenTests.Names);

    [Fact]
    public void Threat_HasATest()
    {
        var rows = File.ReadLines(RepositoryFolder.PathOf("docs/security.md")).Where(static line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| threat |", StringComparison.Ordinal)).ToArray();

        Assert.True(rows.Length > 20);
        Assert.All(rows, static row => Assert.Matches(Reference(), row));
    }

    [GeneratedRegex(@"`(\w+Tests\.\w+)`")]
    private static partial Regex Reference();
}
