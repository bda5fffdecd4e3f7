using Gatehouse.Api;
using Gatehouse.Keys;
using Gatehouse.Local.Demo;
using Gatehouse.Local.Functions;
using Gatehouse.Local.Sqlite;
using Gatehouse.Storage.Tables;
using Gatehouse.Tokens;

namespace Gatehouse.Local;

/// <summary>Puts Gatehouse together for one machine.</summary>
internal static class LocalApplication
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>All of it, not started yet: a test can still change what it needs to.</summary>
    /// <exception cref="IOException">The data folder can't be made.</exception>
    public static FunctionHostBuilder CreateBuilder(HostArguments arguments)
    {
        var builder = new FunctionHostBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = arguments.EnvironmentName,
        });
        var data = Path.GetFullPath(arguments.DataFolder);
        var configuration = builder.Configuration;
        configuration.Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource
        {
            InitialData = Defaults(arguments, data, builder.Environment),
        });
        configuration.AddInMemoryCollection(arguments.Settings);
        AddDefaultStorage(arguments, configuration);
        configuration.AddInMemoryCollection([new(WebHostDefaults.ServerUrlsKey, arguments.Urls)]);

        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);

        // What keeps it from starting, Program says in one line; the host would add a stack trace.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.Logging.AddSimpleConsole(static console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        });

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
        if (arguments.WithDemo && TokensOptions.AreEnabled(configuration) && builder.Environment.IsDevelopment() && configuration[$"{KeysOptions.Section}:{nameof(KeysOptions.VaultUri)}"] is null)
        {
            builder.Services.AddDemo(configuration, new DemoPlace(data, ListenUrls.ForCallers(arguments.Urls)));
        }

        return builder;
    }

    private static Dictionary<string, string?> Defaults(HostArguments arguments, string data, IHostEnvironment environment) => new()
    {
        [$"{TokensOptions.Section}:{nameof(TokensOptions.Issuer)}"] = ListenUrls.ForCallers(arguments.Urls),
        [$"{TokensOptions.Section}:{nameof(TokensOptions.Audience)}"] = "gatehouse",
        [$"{KeysOptions.Section}:{nameof(KeysOptions.Folder)}"] = Path.Combine(data, "keys"),
        [$"{OperationsOptions.Section}:{nameof(OperationsOptions.ServeReference)}"] = environment.IsDevelopment() ? "true" : "false",
    };

    // Not one of the defaults: beside an account that is set it would be one too many.
    private static void AddDefaultStorage(HostArguments arguments, ConfigurationManager configuration)
    {
        const string connection = $"{StorageOptions.Section}:{nameof(StorageOptions.ConnectionString)}";
        if (arguments.UsesTables && configuration[connection] is null && configuration[$"{StorageOptions.Section}:{nameof(StorageOptions.AccountName)}"] is null)
        {
            configuration[connection] = "UseDevelopmentStorage=true";
        }
    }

    // Keys and passwords will be in it.
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
