using Gatehouse.Local;
using Gatehouse.Local.Sqlite;
using Gatehouse.Storage.Tables;
using Gatehouse.Tests.Integration.Tables;

namespace Gatehouse.Tests.Integration.Hosting;

/// <summary>
/// What the hosts of the tests keep their data in: SQLite, or Azurite where the environment variable
/// <c>GATEHOUSE_TEST_STORAGE</c> is <c>tables</c>. The same tests run on both.
/// </summary>
internal static class TestStorage
{
    private static readonly bool UsesTables = Environment.GetEnvironmentVariable("GATEHOUSE_TEST_STORAGE") switch
    {
        null or "" or "sqlite" => false,
        "tables" => true,
        var other => throw new InvalidOperationException($"GATEHOUSE_TEST_STORAGE is sqlite or tables, not {other}."),
    };

    // Creating the tables waits for the disk several times, so hosts get a copy of a database that has them.
    private static readonly Lazy<byte[]> EmptyDatabase = new(CreateDatabase);

    /// <summary>Adds the storage to a host's settings. Hosts with the same data folder share their data.</summary>
    public static async Task<HostArguments> AddAsync(HostArguments arguments)
    {
        if (UsesTables)
        {
            return await AddTablesAsync(arguments);
        }

        var database = Path.Combine(arguments.DataFolder, "gatehouse.db");
        if (!File.Exists(database))
        {
            await File.WriteAllBytesAsync(database, EmptyDatabase.Value);
        }

        return arguments;
    }

    /// <summary>Has the host keep its data in Azurite.</summary>
    public static async Task<HostArguments> AddTablesAsync(HostArguments arguments)
    {
        var azurite = await Azurite.GetAsync();
        return arguments with
        {
            UsesTables = true,
            Settings = new Dictionary<string, string?>(arguments.Settings)
            {
                ["Storage:ConnectionString"] = azurite.ConnectionString,
                ["Storage:TablePrefix"] = $"t{TableKey.Of(arguments.DataFolder)[..16]}",
            },
        };
    }

    private static byte[] CreateDatabase()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "gatehouse.db");
        SqliteDatabase.Open(path).Dispose();
        return File.ReadAllBytes(path);
    }
}
