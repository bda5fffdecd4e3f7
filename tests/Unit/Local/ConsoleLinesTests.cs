using Gatehouse.Local;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Unit.Local;

public sealed class ConsoleLinesTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Fact]
    public void Record_IsOneLine_WhateverItsMessage() =>
        Assert.Equal("03:04:05 info: Category[7] one two\n", Write(LogLevel.Information, "one\r\ntwo", exception: null));

    [Fact]
    public void Exception_IsOnIndentedLinesOfItsOwn()
    {
        var lines = Write(LogLevel.Error, "It failed.", Catch("first\nforged line")).TrimEnd('\n').Split('\n');

        Assert.Equal("03:04:05 fail: Category[7] It failed.", lines[0]);
        Assert.Equal("      System.InvalidOperationException: first", lines[1]);
        Assert.Equal("      forged line", lines[2]);
        Assert.StartsWith("         at Gatehouse.Tests.Unit.Local.ConsoleLinesTests.Catch(", lines[3], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LogLevel.Warning, "03:04:05 \e[33mwarn\e[0m: Category[7] text\n")]
    [InlineData(LogLevel.Critical, "03:04:05 \e[31mcrit\e[0m: Category[7] text\n")]
    public void Level_OnATerminal_IsColored(LogLevel level, string expected) => Assert.Equal(expected, Write(level, "text", exception: null, isColored: true));

    private static InvalidOperationException Catch(string message)
    {
        try
        {
            throw new InvalidOperationException(message);
        }
        catch (InvalidOperationException exception)
        {
            return exception;
        }
    }

    private string Write(LogLevel level, string message, Exception? exception, bool isColored = false)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var entry = new LogEntry<string>(level, "Category", new EventId(7), message, exception, static (state, _) => state);
        new ConsoleLines(_time, isColored).Write(in entry, scopeProvider: null, writer);
        return writer.ToString();
    }
}
