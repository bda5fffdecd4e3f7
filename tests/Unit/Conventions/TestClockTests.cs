using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Unit.Conventions;

/// <summary>A test that sleeps is slow, and a test that measures time fails on a busy machine.</summary>
public sealed partial class TestClockTests
{
    [Fact]
    public void Test_NeitherSleepsNorMeasuresTime()
    {
        var offenders =
            from folder in Directory.EnumerateDirectories(RepositoryFolder.PathOf("tests"))
            where Path.GetFileName(folder) != "Node"
            from file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            where Path.GetFileNameWithoutExtension(file) != nameof(TestClockTests)
            from line in File.ReadLines(file).Index()
            where RealTime().IsMatch(line.Item)
            select $"{Path.GetRelativePath(RepositoryFolder.Root, file)}:{line.Index + 1}: {line.Item.Trim()}";

        var found = string.Join('\n', offenders);
        Assert.True(found.Length == 0, $"Wait for what the test needs (a task, a line of output), or advance a FakeTimeProvider:\n{found}");
    }

    // A delay without end stands for a peer that never answers.
    [GeneratedRegex(@"Thread\.Sleep|Task\.Delay\((?!Timeout\.Infinite)|\bStopwatch\b|\bSpinWait\b|\bPeriodicTimer\b|Environment\.TickCount|TimeProvider\.System\.GetTimestamp")]
    private static partial Regex RealTime();
}
