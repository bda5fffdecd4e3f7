using System.CommandLine;
using Gatehouse.Protection.Settings;

namespace Gatehouse.UserTool;

/// <summary>The command line: its verbs and options.</summary>
/// <param name="network">Sends the requests.</param>
/// <param name="readVariable">Reads an environment variable.</param>
internal sealed class UserCommands(HttpMessageHandler network, Func<string, string?> readVariable)
{
    private readonly Option<Uri?> _url = new("--url")
    {
        Description = "The URL of the API. Default: http://localhost:7071, where local/Host listens.",
        Recursive = true,
        DefaultValueFactory = static _ => new Uri("http://localhost:7071"),
        CustomParser = static result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && SafeAddress.IsSafe(url))
            {
                return url;
            }

            result.AddError("--url takes an https URL (http only on loopback).");
            return null;
        },
    };

    private readonly Argument<string> _file = new("file") { Description = "The users: CSV, JSON lines, a JSON array, or the export of Auth0 or Firebase." };
    private readonly Option<bool> _apply = new("--apply") { Description = "Adds the users. Without it the file is only checked." };
    private readonly Option<string[]> _roles = new("--role") { Description = "A role of every user, in place of those in the file." };
    private readonly Option<string?> _report = new("--report") { Description = "Where the report goes, one JSON object per user. Default: the file's name with .report.jsonl." };
    private readonly Option<string?> _output = new("--output") { Description = "The file to write. Default: the standard output." };

    /// <summary>Runs a command line.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> InvokeAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var parsed = Create(output, error).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var fault in parsed.Errors)
            {
                await error.WriteLineAsync($"users: {fault.Message}");
            }

            await error.WriteLineAsync("users: see --help.");
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false }, cancellationToken);
        }
        catch (Exception exception) when (exception is UserToolException or HttpRequestException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"users: {exception.Message}");
            return ExitCode.Failed;
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("users: stopped before it was done. The same command goes on where it stopped.");
            return ExitCode.Failed;
        }
    }

    private RootCommand Create(TextWriter output, TextWriter error)
    {
        var import = new Command("import", "Adds users from a file. Users who are there already are skipped, so an import that stopped can be repeated.") { _file, _apply, _roles, _report };
        import.SetAction(async (parsed, token) =>
        {
            var file = parsed.GetValue(_file)!;
            using var api = Open(parsed);
            var action = new ImportAction(api, parsed.GetValue(_roles) ?? [], parsed.GetValue(_apply), output, error);
            return await action.RunAsync(file, parsed.GetValue(_report) ?? file + ".report.jsonl", token);
        });
        var export = new Command("export", "Writes all users as JSON lines, which import takes. No hashes: the API gives none away.") { _output };
        export.SetAction(async (parsed, token) =>
        {
            using var api = Open(parsed);
            if (parsed.GetValue(_output) is not { } file)
            {
                return await ExportAction.RunAsync(api, output, error, token);
            }

            await using var writer = File.CreateText(file);
            return await ExportAction.RunAsync(api, writer, error, token);
        });
        return new RootCommand("The users of Gatehouse: import from another system, and export. "
            + "Signs in by GATEHOUSE_CLIENT_ID and GATEHOUSE_CLIENT_SECRET, or by the access token in GATEHOUSE_TOKEN; the scopes are users:read, and users:write to import.")
        {
            import, export, _url,
        };
    }

    private UserApi Open(ParseResult parsed) => new(
        new HttpClient(network, disposeHandler: false) { BaseAddress = new Uri(parsed.GetValue(_url)!.AbsoluteUri.TrimEnd('/') + "/") },
        readVariable("GATEHOUSE_CLIENT_ID"),
        readVariable("GATEHOUSE_CLIENT_SECRET"),
        readVariable("GATEHOUSE_TOKEN"));
}

/// <summary>The exit codes of the tool.</summary>
internal static class ExitCode
{
    /// <summary>Done, with every user.</summary>
    public const int Ok = 0;

    /// <summary>Failed; the reason is on the standard error.</summary>
    public const int Failed = 1;

    /// <summary>The command line is not valid.</summary>
    public const int Usage = 2;

    /// <summary>Done, but some users were refused; the report has the reasons.</summary>
    public const int Refused = 3;
}

/// <summary>The tool can't go on, for a reason that its user can change.</summary>
internal sealed class UserToolException(string message) : Exception(message);
