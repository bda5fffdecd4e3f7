using System.Text.Json;

namespace Gatehouse.Tests.Unit.Conventions;

/// <summary>docs/configuration.md and the example of local settings match the options classes.</summary>
public sealed class ConfigurationTests
{
    public static TheoryData<string> Settings => [.. ConfigurationDocument.Settings.Select(static setting => setting.Name)];

    [Fact]
    public void Document_IsWhatTheOptionsClassesSay() => RepositoryFolder.AssertHolds("docs/configuration.md", ConfigurationDocument.Write());

    [Fact]
    public void Document_ClosesEveryCodeSpan_InItsLine() =>
        Assert.All(ConfigurationDocument.Write().Split('\n'), static line => Assert.True(line.Count(static character => character == '`') % 2 == 0, $"A code span is not closed: {line}"));

    [Theory]
    [MemberData(nameof(Settings))]
    public void Setting_HasADescription_AndADefault(string name)
    {
        var row = ConfigurationDocument.Write().Split('\n').Single(line => line.StartsWith($"| `{name}` |", StringComparison.Ordinal)).Split(" | ");

        Assert.True(row[2].Trim().Length > 0, $"The comment of {name} must end with 'Defaults to …' or 'Required.'.");
        Assert.True(row[3].Trim(' ', '|').Length > 0, $"The comment of {name} must say what the setting means.");
    }

    [Fact]
    public void LocalSettingsExample_HasOnlyKnownSettings()
    {
        using var stream = File.OpenRead(RepositoryFolder.PathOf("local.settings.example.json"));
        var names = JsonDocument.Parse(stream).RootElement.GetProperty("Values").EnumerateObject()
            .Select(static value => value.Name.Replace("__", ":", StringComparison.Ordinal))
            .Where(static name => name.Contains(':', StringComparison.Ordinal))
            .ToArray();

        Assert.NotEmpty(names);
        Assert.Empty(names.Except(ConfigurationDocument.Settings.Select(static setting => setting.Name)));
    }

    [Fact]
    public void Settings_HaveUniqueNames()
    {
        var names = ConfigurationDocument.Settings.Select(static setting => setting.Name).ToArray();

        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Contains("Clients:0:SecretName", names);
        Assert.Contains("RateLimits:Routes:<name>:Window", names);
    }
}
