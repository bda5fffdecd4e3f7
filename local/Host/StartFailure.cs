using System.Net.Sockets;
using Gatehouse.Keys;
using Gatehouse.Local.Sqlite;
using Gatehouse.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Gatehouse.Local;

/// <summary>Separates failures to start that the user can mend from faults of the program.</summary>
internal static class StartFailure
{
    /// <returns>The reason and what to do; null for a fault of the program, whose stack trace should be shown.</returns>
    public static string? Explain(Exception exception) => exception switch
    {
        OptionsValidationException invalid => string.Join(Environment.NewLine, invalid.Failures),

        // Thrown when several sections are invalid.
        AggregateException several when several.InnerExceptions.Select(Explain).ToArray() is var reasons && !reasons.Contains(null) => string.Join(Environment.NewLine, reasons),

        // Thrown by the configuration binder for a value that is not a number, time span or URL. Its message names the setting.
        InvalidOperationException { InnerException: FormatException or OverflowException } => exception.Message,
        IOException { InnerException: AddressInUseException } => $"{exception.Message} Choose another address with --urls.",
        SocketException => $"This machine can't listen there: {exception.Message}. Choose another address with --urls.",
        DatabaseUnusableException
            or StorageUnavailableException
            or SecretSourceUnavailableException
            or InvalidDataException
            or IOException
            or UnauthorizedAccessException => exception.Message,
        _ => null,
    };
}
