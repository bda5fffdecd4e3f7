using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Unit.Conventions;

/// <summary>docs/standards.md names a test for each rule of a standard.</summary>
public sealed partial class StandardsDocumentTests
{
    private static readonly string Document = File.ReadAllText(RepositoryFolder.PathOf("docs/standards.md"));

    public static TheoryData<string> Named => [.. Reference().Matches(Document).Select(static match => match.Groups[1].Value).Distinct()];

    [Theory]
    [MemberData(nameof(Named))]
    public void NamedTest_Exists(string name) => Assert.Contains(name, WrittenTests.Names);

    [Fact]
    public void Rule_HasATest()
    {
        var rows = Document.Split('\n').Where(static line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| standard |", StringComparison.Ordinal)).ToArray();

        Assert.True(rows.Length > 40);
        Assert.All(rows, static row => Assert.Matches(Reference(), row));
    }

    [Theory]
    [InlineData("6749")]
    [InlineData("6750")]
    [InlineData("7009")]
    [InlineData("7517")]
    [InlineData("7519")]
    [InlineData("7523")]
    [InlineData("7638")]
    [InlineData("7662")]
    [InlineData("8414")]
    [InlineData("8725")]
    [InlineData("9068")]
    [InlineData("9449")]
    [InlineData("9457")]
    public void Standard_HasARow(string number) => Assert.Contains($"| RFC {number} ", Document, StringComparison.Ordinal);

    [GeneratedRegex(@"`(\w+Tests\.\w+)`")]
    private static partial Regex Reference();
}
