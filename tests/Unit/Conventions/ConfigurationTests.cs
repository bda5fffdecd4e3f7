using System.Text.Json;

namespace Gatehouse.Tests.Unit.Conventions;

/// <summary>What is written about settings is what the code takes.</summary>
public sealed class ConfigurationTests
{
    public static TheoryData<string> Settings => [.. ConfigurationDocument.Settings.Select(static setting => setting.Name)];

    [Fact]
    public void Document_IsWhatTheOptionsClassesSay() => RepositoryFolder.AssertHolds("docs/configuration.md", ConfigurationDocument.Write());

    [Fact]
    public void Document_ClosesEveryCodeSpan_InItsLine() =>
        Assert.All(ConfigurationDocument.Write().Split('\n'), static line => Assert.True(line.Count(static character => character == '`') % 2 == 0, $"Not closed: {line}"));

    [Theory]
    [MemberData(nameof(Settings))]
    public void Setting_IsDescribedWithItsDefault(string name)
    {
        var row = ConfigurationDocument.Write().Split('\n').Single(line => line.StartsWith($"| `{name}` |", StringComparison.Ordinal)).Split(" | ");

        Assert.True(row[2].Trim().Length > 0, $"The comment of {name} says neither 'Defaults to …' nor 'Required'.");
        Assert.True(row[3].Trim(' ', '|').Length > 0, $"The comment of {name} doesn't say what it means.");
    }

    [Fact]
    public void LocalSettingsExample_HasNoSettingThatNobodyReads()
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
    public void Settings_HaveOneNameEach()
    {
        var names = ConfigurationDocument.Settings.Select(static setting => setting.Name).ToArray();

        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Contains("Clients:0:SecretName", names);
        Assert.Contains("RateLimits:Routes:<name>:Window", names);
    }
}
