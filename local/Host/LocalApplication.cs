using Gatehouse.Api;
using Gatehouse.Authentication;
using Gatehouse.Keys;
using Gatehouse.Local.Demo;
using Gatehouse.Local.Functions;
using Gatehouse.Local.Sqlite;
using Gatehouse.Mail;
using Gatehouse.Storage.Tables;
using Gatehouse.Tokens;
using Microsoft.Extensions.Configuration.Memory;

namespace Gatehouse.Local;

/// <summary>Puts Gatehouse together for one machine.</summary>
internal static class LocalApplication
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Composes the host. The caller can still change it before it starts.</summary>
    /// <exception cref="IOException">The data folder can't be made, or the settings file can't be read.</exception>
    /// <exception cref="InvalidDataException">The settings file is not valid.</exception>
    public static FunctionHostBuilder CreateBuilder(HostArguments arguments)
    {
        var builder = new FunctionHostBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = arguments.EnvironmentName,
        });
        var data = Path.GetFullPath(arguments.DataFolder);
        var configuration = builder.Configuration;
        configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = CreateDefaults(arguments, data, builder.Environment) });
        configuration.AddInMemoryCollection(arguments.Settings);
        AddDefaultStorage(arguments, configuration);
        AddDefaultPasskeys(arguments, builder);
        AddDefaultMail(configuration, data);
        configuration.AddInMemoryCollection([new(WebHostDefaults.ServerUrlsKey, arguments.Urls)]);

        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);

        // Program prints the reason for a failed start in one line; the host would print its stack trace too.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.Logging.AddConsoleLines();

        CreateFolder(data);
        if (arguments.UsesTables)
        {
            builder.Services.AddTableStorage(configuration);
        }
        else
        {
            builder.Services.AddSqliteStorage(Path.Combine(data, "gatehouse.db"));
        }

        builder.AddGatehouse();
        builder.AddFunctions(typeof(GatehouseBuilderExtensions).Assembly);
        if (HasSignInPage(builder))
        {
            builder.Services.AddSingleton(typeof(LocalApplication).Assembly);
            builder.AddFunctions(typeof(LocalApplication).Assembly);
        }

        if (arguments.WithDemo && TokensOptions.AreEnabled(configuration) && builder.Environment.IsDevelopment() && configuration[$"{KeysOptions.Section}:{nameof(KeysOptions.VaultUri)}"] is null && IsOwnStorage(arguments, configuration))
        {
            builder.Services.AddDemo(configuration, new DemoPlace(data, ListenUrls.ForCallers(arguments.Urls)));
        }

        return builder;
    }

    // It is there to try and to read; a deployment has pages of its own.
    private static bool HasSignInPage(FunctionHostBuilder builder) => builder.Environment.IsDevelopment() && TokensOptions.AreEnabled(builder.Configuration);

    // A deployment's users must not get demo users among them.
    private static bool IsOwnStorage(HostArguments arguments, ConfigurationManager configuration) =>
        !arguments.UsesTables
        || (configuration[$"{StorageOptions.Section}:{nameof(StorageOptions.ConnectionString)}"] is { } connection && StorageOptionsValidator.IsLoopback(connection));

    // As with Core Tools, environment variables override the settings file.
    private static Dictionary<string, string?> CreateDefaults(HostArguments arguments, string data, IHostEnvironment environment)
    {
        var defaults = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            [$"{TokensOptions.Section}:{nameof(TokensOptions.Issuer)}"] = ListenUrls.ForCallers(arguments.Urls),
            [$"{TokensOptions.Section}:{nameof(TokensOptions.Audience)}"] = "gatehouse",
            [$"{KeysOptions.Section}:{nameof(KeysOptions.Folder)}"] = Path.Combine(data, "keys"),
            [$"{OperationsOptions.Section}:{nameof(OperationsOptions.ServeReference)}"] = environment.IsDevelopment() ? "true" : "false",
        };
        if (arguments.SettingsFile is { } file)
        {
            foreach (var (name, value) in SettingsFile.Read(file))
            {
                defaults[name] = value;
            }
        }

        return defaults;
    }

    // Not among the defaults, because a connection string beside an account is an error.
    private static void AddDefaultStorage(HostArguments arguments, ConfigurationManager configuration)
    {
        const string connection = $"{StorageOptions.Section}:{nameof(StorageOptions.ConnectionString)}";
        if (arguments.UsesTables && configuration[connection] is null && configuration[$"{StorageOptions.Section}:{nameof(StorageOptions.AccountName)}"] is null)
        {
            configuration[connection] = "UseDevelopmentStorage=true";
        }
    }

    // Not among the defaults, because a folder beside an SMTP server is an error.
    private static void AddDefaultMail(ConfigurationManager configuration, string data)
    {
        if (!MailOptions.AreEnabled(configuration))
        {
            configuration[$"{MailOptions.Section}:{nameof(MailOptions.Folder)}"] = Path.Combine(data, "mail");
            configuration[$"{MailOptions.Section}:{nameof(MailOptions.From)}"] ??= "Gatehouse <gatehouse@localhost>";
        }
    }

    // The sign-in page can use passkeys without a setting, unless its host is an address, which passkeys can't be for.
    private static void AddDefaultPasskeys(HostArguments arguments, FunctionHostBuilder builder)
    {
        const string relyingParty = $"{PasskeyOptions.Section}:{nameof(PasskeyOptions.RelyingPartyId)}";
        const string origins = $"{PasskeyOptions.Section}:{nameof(PasskeyOptions.Origins)}";
        var origin = ListenUrls.ForCallers(arguments.Urls);
        var host = new Uri(origin).Host;
        if (HasSignInPage(builder) && host == "localhost" && builder.Configuration[relyingParty] is null && builder.Configuration[origins] is null)
        {
            builder.Configuration.AddInMemoryCollection([new(relyingParty, host), new(origins, origin)]);
        }
    }

    // For its owner only: it holds keys and passwords.
    private static void CreateFolder(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path, OwnerOnly);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The data folder {path} can't be made: {exception.Message.TrimEnd('.')}. Choose another with --data.", exception);
        }
    }
}
