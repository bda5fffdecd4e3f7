using Gatehouse.Local.Demo;

namespace Gatehouse.Tests.Unit.Local;

/// <summary>The lines to paste. A test of the process runs those for bash.</summary>
public sealed class WelcomeTests
{
    private const string Url = "http://localhost:7072";

    [Fact]
    public void Bash_LinesCallThisInstance_WhateverTheFileSays() => Assert.Equal(4, Welcome.ForBash(Url, "./.local/demo.env").Split(Url).Length - 1);

    [Theory]
    [InlineData("./.local/demo.env", "set -a; . ./.local/demo.env; set +a")]
    [InlineData("./it's my data/demo.env", @"set -a; . './it'\''s my data/demo.env'; set +a")]
    public void Bash_File_IsQuotedWhereItMustBe(string file, string expected) =>
        Assert.Contains(expected, Welcome.ForBash(Url, file), StringComparison.Ordinal);

    [Theory]
    [InlineData(@".\.local\demo.env", @"Get-Content -LiteralPath .\.local\demo.env |")]
    [InlineData(@"C:\it's my data\demo.env", @"Get-Content -LiteralPath 'C:\it''s my data\demo.env' |")]
    public void PowerShell_File_IsQuotedWhereItMustBe(string file, string expected) =>
        Assert.Contains(expected, Welcome.ForPowerShell(Url, file), StringComparison.Ordinal);

    [Fact]
    public void PowerShell_Lines_UseNoToolOfAnotherShell()
    {
        var lines = Welcome.ForPowerShell(Url, @".\.local\demo.env");

        Assert.Equal(4, lines.Split("Invoke-RestMethod").Length - 1);
        Assert.DoesNotContain("curl", lines, StringComparison.Ordinal);
        Assert.DoesNotContain("set -a", lines, StringComparison.Ordinal);
    }
}
