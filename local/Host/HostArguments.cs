using System.CommandLine;
using Gatehouse.Keys;

namespace Gatehouse.Local;

/// <summary>The values of a command line of local/Host.</summary>
internal sealed record HostArguments
{
    /// <summary>Where to listen; several URLs are separated by semicolons.</summary>
    public required string Urls { get; init; }

    /// <summary>The folder with database, keys and demo passwords.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The settings file, in the form of Azure Functions Core Tools. Defaults to none.</summary>
    public string? SettingsFile { get; init; }

    /// <summary>Whether users, sessions and products are kept in Azure Table Storage, or Azurite, instead of SQLite.</summary>
    public bool UsesTables { get; init; }

    /// <summary>Whether to make demo users, a demo client and demo products, which happens in the Development environment only. Defaults to true.</summary>
    public bool WithDemo { get; init; } = true;

    /// <summary>The environment. Defaults to <c>DOTNET_ENVIRONMENT</c>, and Production without it.</summary>
    public string? EnvironmentName { get; init; }

    /// <summary>Settings by name. They override every other source of configuration.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();
}

/// <summary>The command line of local/Host: its options, and settings as <c>--Section:Name=VALUE</c>.</summary>
internal sealed class HostCommandLine
{
    private const string DefaultUrl = "http://localhost:7071";

    // A folder or a setting may begin with @, which the parser would take for the name of a response file.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    private readonly Option<string> _urls = new("--urls")
    {
        HelpName = "URL",
        Description = "Where to listen. Separate several URLs by semicolons.",
        DefaultValueFactory = static _ => DefaultUrl,
    };

    private readonly Option<string> _data = new("--data")
    {
        HelpName = "FOLDER",
        Description = "The folder for database, keys and demo passwords.",
        DefaultValueFactory = static _ => Repository.DataFolder,
    };

    private readonly Option<string?> _settingsFile = new("--settings")
    {
        HelpName = "FILE",
        Description = "A settings file of Azure Functions Core Tools. Default: local.settings.json in the repository, if it exists.",
    };

    private readonly Option<string> _storage = new("--storage")
    {
        HelpName = "sqlite|tables",
        Description = "sqlite keeps users, sessions and products in the data folder. tables keeps them in Azure Table Storage: in Azurite on this machine, unless a setting of section Storage names an account.",
        DefaultValueFactory = static _ => "sqlite",
    };

    private readonly Option<string?> _environment = new("--environment")
    {
        HelpName = "NAME",
        Description = "Development makes key files and demo data. Production takes keys from Key Vault only, and is the default of a published copy.",
    };

    private readonly Option<bool> _noDemo = new("--no-demo") { Description = "Makes no demo users, demo client or demo products." };

    private readonly Dictionary<string, string?> _settings = new(StringComparer.OrdinalIgnoreCase);
    private readonly ParseResult _parsed;

    /// <summary>Reads a command line.</summary>
    public HostCommandLine(IEnumerable<string> args)
    {
        Require(_urls, static urls => ListenUrls.AreUsable(urls) ? null : $"The option --urls takes URLs such as {DefaultUrl}, separated by semicolons; TLS is for a proxy in front. '{urls}' is not that.");
        Require(_data, static _ => null);
        Require(_settingsFile, static _ => null);
        Require(_storage, static kind => kind is "sqlite" or "tables" ? null : $"The option --storage takes sqlite or tables. '{kind}' is neither.");
        Require(_environment, static _ => null);
        var command = new RootCommand(
            """
            Gatehouse on one machine: the functions on Kestrel, with SQLite and key files.

            Every setting is an option too, such as --Tokens:AccessTokenLifetime=00:05:00. It overrides the environment variable
            Tokens__AccessTokenLifetime, which overrides the settings file.
            """)
        {
            _urls, _data, _settingsFile, _storage, _environment, _noDemo,
        };
        command.Directives.Clear();
        _parsed = command.Parse(TakeSettings(args), Parsing);
        Error ??= _parsed.Errors is [var first, ..] ? $"{first.Message} See --help." : null;
    }

    /// <summary>The first mistake and the option that it is in, as one line; null for none.</summary>
    public string? Error { get; private set; }

    /// <summary>Whether the command line asks for help or for the version, and for no server.</summary>
    public bool IsQuestion => _parsed.Action is not null;

    /// <summary>Prints the help or the version.</summary>
    /// <returns>The exit code.</returns>
    public int Answer() => _parsed.Invoke();

    public HostArguments ReadArguments() => new()
    {
        Urls = _parsed.GetRequiredValue(_urls),
        DataFolder = _parsed.GetRequiredValue(_data),
        SettingsFile = _parsed.GetValue(_settingsFile) ?? FindSettingsFile(),
        UsesTables = _parsed.GetValue(_storage) == "tables",
        WithDemo = !_parsed.GetValue(_noDemo),
        EnvironmentName = _parsed.GetValue(_environment),
        Settings = _settings,
    };

    private static void Require(Option option, Func<string, string?> findProblem) => option.Validators.Add(result =>
    {
        if (result.Tokens is [var token] && (string.IsNullOrWhiteSpace(token.Value) || token.Value.StartsWith("--", StringComparison.Ordinal) ? $"The option {option.Name} needs a value." : findProblem(token.Value)) is { } problem)
        {
            result.AddError(problem);
        }
    });

    private static string? FindSettingsFile() =>
        Repository.Root is { } root && Path.Combine(root, "local.settings.json") is var file && File.Exists(file) ? file : null;

    // The parser knows options by name, and the settings have too many names to list.
    private List<string> TakeSettings(IEnumerable<string> args)
    {
        var others = new List<string>();
        var rest = new Queue<string>(args);
        while (rest.TryDequeue(out var text))
        {
            var parts = text.Split('=', 2);
            if (!text.StartsWith("--", StringComparison.Ordinal) || !parts[0].Contains(':', StringComparison.Ordinal))
            {
                others.Add(text);
            }
            else if (parts is [_, var value] || rest.TryDequeue(out value))
            {
                _settings[parts[0][2..]] = value;
            }
            else
            {
                Error = $"The option {text} needs a value. See --help.";
            }
        }

        return others;
    }
}
