using System.Net.Sockets;
using Gatehouse.Keys;
using Gatehouse.Local.Sqlite;
using Gatehouse.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Gatehouse.Local;

/// <summary>Tells what keeps the program from starting and is the user's to mend from what is a fault of the program.</summary>
internal static class StartFailure
{
    /// <returns>What is wrong and what to do; null for a fault of the program, which should show its stack trace.</returns>
    public static string? Explain(Exception exception) => exception switch
    {
        OptionsValidationException invalid => string.Join(Environment.NewLine, invalid.Failures),

        // How the configuration binder says that a text is no number, time span or URL. Its message names the setting.
        InvalidOperationException { InnerException: FormatException or OverflowException } => exception.Message,
        IOException { InnerException: AddressInUseException } => $"{exception.Message} Choose another address with --urls.",
        SocketException => $"This machine can't listen there: {exception.Message}. Choose another address with --urls.",
        DatabaseUnusableException
            or StorageUnavailableException
            or SecretSourceUnavailableException
            or IOException
            or UnauthorizedAccessException => exception.Message,
        _ => null,
    };
}
