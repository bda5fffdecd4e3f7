using Gatehouse.Keys;
using Gatehouse.Local.Demo;
using Gatehouse.Local.Functions;
using Gatehouse.Local.Sqlite;
using Gatehouse.Tokens;

namespace Gatehouse.Local;

/// <summary>Puts Gatehouse together for one machine.</summary>
internal static class LocalApplication
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <exception cref="DatabaseUnusableException">The database can't be used.</exception>
    /// <exception cref="IOException">The data folder can't be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The data folder can't be made or written.</exception>
    public static FunctionHostBuilder CreateBuilder(HostArguments arguments)
    {
        var builder = FunctionHost.CreateBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = arguments.EnvironmentName,
        });
        var data = Path.GetFullPath(arguments.DataFolder);
        var configuration = builder.Configuration;
        configuration.Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource
        {
            InitialData = Defaults(arguments, data),
        });
        configuration.AddInMemoryCollection(arguments.Settings);
        configuration.AddInMemoryCollection([new(WebHostDefaults.ServerUrlsKey, arguments.Urls)]);

        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddSimpleConsole(static console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        });

        CreateFolder(data);
        builder.Services.AddSqliteStorage(Path.Combine(data, "gatehouse.db"));
        builder.AddGatehouse();
        builder.AddFunctions(typeof(GatehouseBuilderExtensions).Assembly);
        if (arguments.WithDemo && builder.Environment.IsDevelopment() && configuration[$"{KeysOptions.Section}:{nameof(KeysOptions.VaultUri)}"] is null)
        {
            builder.Services.AddDemo(configuration, new DemoPlace(data, FirstUrl(arguments)));
        }

        return builder;
    }

    private static Dictionary<string, string?> Defaults(HostArguments arguments, string data) => new()
    {
        [$"{TokensOptions.Section}:{nameof(TokensOptions.Issuer)}"] = FirstUrl(arguments),
        [$"{TokensOptions.Section}:{nameof(TokensOptions.Audience)}"] = "gatehouse",
        [$"{KeysOptions.Section}:{nameof(KeysOptions.Folder)}"] = Path.Combine(data, "keys"),
    };

    private static string FirstUrl(HostArguments arguments) => arguments.Urls.Split(';')[0].TrimEnd('/');

    // Keys and passwords will be in it.
    private static void CreateFolder(string path)
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
}
