using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Unit.Conventions;

/// <summary>The tests of this repository, for documents that name them.</summary>
internal static partial class WrittenTests
{
    /// <summary>Every test, as <c>Class.Method</c>.</summary>
    public static IReadOnlySet<string> Names { get; } = FindTests();

    // From the sources, because the integration tests are another program.
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

    [GeneratedRegex(@"\[(?:Fact|Theory)[^\]]*\](?:\s*\[[^\n]*\])*\s*public (?:async )?\w+ (\w+)\(")]
    private static partial Regex Method();
}
