namespace Gatehouse.Tests;

/// <summary>The repository that the tests were built from, for those that read or run its files. Each test project compiles this file.</summary>
internal static class RepositoryFolder
{
    // Not by the path of a source file: a build in a pipeline maps it to one that is not on the disk.
    public static string Root { get; } = Find();

    /// <param name="file">A path below the root, with slashes.</param>
    public static string PathOf(string file) => Path.Combine(Root, file);

    /// <summary>Compares a file with what it should hold. With GATEHOUSE_UPDATE=1 in the environment it writes the file instead.</summary>
    public static void AssertHolds(string file, string expected)
    {
        if (Environment.GetEnvironmentVariable("GATEHOUSE_UPDATE") == "1")
        {
            File.WriteAllText(PathOf(file), expected);
        }

        var actual = File.Exists(PathOf(file)) ? File.ReadAllText(PathOf(file)).ReplaceLineEndings("\n") : "";
        Assert.True(
            actual == expected,
            $"{file} is not what the code says. Run the tests once with GATEHOUSE_UPDATE=1 in the environment, and look at the diff.\n{FindDifference(actual.Split('\n'), expected.Split('\n'))}");
    }

    /// <summary>The lines between the equal beginning and the equal end of two texts.</summary>
    private static string FindDifference(string[] actual, string[] expected)
    {
        const int shown = 20;
        var start = actual.Zip(expected).TakeWhile(static pair => pair.First == pair.Second).Count();
        var end = actual.Skip(start).Reverse().Zip(expected.Skip(start).Reverse()).TakeWhile(static pair => pair.First == pair.Second).Count();
        return string.Join('\n', [
            $"From line {start + 1}:",
            .. actual[start..^end].Take(shown).Select(static line => $"- {line}"),
            .. expected[start..^end].Take(shown).Select(static line => $"+ {line}"),
        ]);
    }

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Functions.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No Functions.sln above the tests.");
        }

        return folder.FullName;
    }
}
