using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Local;

/// <summary>The command line of local/Host.</summary>
internal sealed record HostArguments
{
    public const string Usage =
        """
        Gatehouse on one machine: the functions on Kestrel, with SQLite and key files.

        Usage: dotnet run --project local/Host [-- options]

          --urls URL              Where to listen. Default: http://localhost:7071
          --data FOLDER           Where database, keys and demo passwords are kept. Default: .local
          --storage KIND          sqlite, the default, keeps everything in the data folder. tables takes Azure Table
                                  Storage: Azurite on this machine, unless a setting of section Storage says otherwise.
          --environment NAME      Development makes key files and the demo; Production, the default of a
                                  published build, takes keys from Key Vault only.
          --no-demo               No demo users, demo client or demo products.
          --Section:Name=VALUE    Any setting, such as --Tokens:AccessTokenLifetime=00:05:00.
                                  The same as an environment variable: Tokens__AccessTokenLifetime.
          --help                  This text.
        """;

    private const string DefaultUrl = "http://localhost:7071";

    /// <summary>Where to listen; several are separated by semicolons.</summary>
    public string Urls { get; init; } = DefaultUrl;

    /// <summary>The folder with everything that is kept.</summary>
    public string DataFolder { get; init; } = ".local";

    /// <summary>Whether everything is kept in Azure Table Storage, or Azurite, instead of SQLite.</summary>
    public bool UsesTables { get; init; }

    /// <summary>Whether demo users, a demo client and demo products are made. Only ever in the Development environment.</summary>
    public bool WithDemo { get; init; } = true;

    /// <summary>The environment; null for what DOTNET_ENVIRONMENT says, and Production without it.</summary>
    public string? EnvironmentName { get; init; }

    /// <summary>Whether to print <see cref="Usage"/> and nothing else.</summary>
    public bool IsHelp { get; init; }

    /// <summary>Settings by name; they come before every other source of configuration.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <param name="args">The command line.</param>
    /// <param name="arguments">What it says.</param>
    /// <param name="error">What is wrong with it, in one line.</param>
    public static bool TryParse(IEnumerable<string> args, [NotNullWhen(true)] out HostArguments? arguments, [NotNullWhen(false)] out string? error)
    {
        var parsed = new HostArguments();
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var rest = new Queue<string>(args);
        arguments = null;
        while (rest.TryDequeue(out var text))
        {
            var (name, value) = Split(text);
            if (name is "--help" or "-h" or "--no-demo")
            {
                parsed = name == "--no-demo" ? parsed with { WithDemo = false } : parsed with { IsHelp = true };
                continue;
            }

            var isSetting = name.StartsWith("--", StringComparison.Ordinal) && name.Contains(':', StringComparison.Ordinal);
            if (!isSetting && name is not ("--urls" or "--data" or "--storage" or "--environment"))
            {
                error = $"The option {name} is not known. See --help.";
                return false;
            }

            if ((value is null && !rest.TryDequeue(out value)) || (!isSetting && string.IsNullOrWhiteSpace(value)))
            {
                error = $"The option {name} needs a value. See --help.";
                return false;
            }

            if (name == "--urls" && !ListenUrls.AreUsable(value))
            {
                error = $"The option --urls takes URLs such as {DefaultUrl}, separated by semicolons; TLS is for a proxy in front. '{value}' is not that.";
                return false;
            }

            if (name == "--storage" && value is not ("sqlite" or "tables"))
            {
                error = $"The option --storage takes sqlite or tables. '{value}' is neither.";
                return false;
            }

            if (isSetting)
            {
                settings[name[2..]] = value;
            }
            else
            {
                parsed = name switch
                {
                    "--urls" => parsed with { Urls = value },
                    "--data" => parsed with { DataFolder = value },
                    "--storage" => parsed with { UsesTables = value == "tables" },
                    _ => parsed with { EnvironmentName = value },
                };
            }
        }

        arguments = parsed with { Settings = settings };
        error = null;
        return true;
    }

    private static (string Name, string? Value) Split(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (text, null) : (text[..equals], text[(equals + 1)..]);
    }
}
