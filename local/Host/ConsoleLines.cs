using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Gatehouse.Local;

/// <summary>Writes each log record to the console as one line, and its exception on lines of its own below.</summary>
internal sealed class ConsoleLines(TimeProvider time, bool isColored) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "gatehouse";

    // A record never begins with spaces, so that text of a caller in an exception can't pass for a record.
    private const string Indent = "      ";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception).ReplaceLineEndings(" ");
        var (level, color) = Describe(logEntry.LogLevel);
        textWriter.Write(time.GetLocalNow().ToString("HH:mm:ss ", CultureInfo.InvariantCulture));
        textWriter.Write(isColored ? $"\e[{color}m{level}\e[0m" : level);
        textWriter.WriteLine($": {logEntry.Category}[{logEntry.EventId.Id}] {message}");
        if (logEntry.Exception is { } exception)
        {
            textWriter.WriteLine(Indent + exception.ToString().ReplaceLineEndings(textWriter.NewLine + Indent));
        }
    }

    // The names of .NET's own console. Colors as ANSI codes: red, yellow, green.
    private static (string Name, int Color) Describe(LogLevel level) => level switch
    {
        LogLevel.Critical => ("crit", 31),
        LogLevel.Error => ("fail", 31),
        LogLevel.Warning => ("warn", 33),
        LogLevel.Information => ("info", 32),
        LogLevel.Debug => ("dbug", 39),
        _ => ("trce", 39),
    };
}

internal static class ConsoleLinesExtensions
{
    /// <summary>Writes the log to the console by <see cref="ConsoleLines"/>, in color on a terminal unless <c>NO_COLOR</c> is set.</summary>
    public static ILoggingBuilder AddConsoleLines(this ILoggingBuilder logging)
    {
        var isColored = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        logging.AddConsole(static console => console.FormatterName = ConsoleLines.FormatterName);
        logging.Services.AddSingleton<ConsoleFormatter>(new ConsoleLines(TimeProvider.System, isColored));
        return logging;
    }
}
