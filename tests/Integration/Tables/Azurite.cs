using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Azure.Data.Tables;
using Gatehouse.Storage.Tables;
using Gatehouse.Tests.Integration.Node;
using Gatehouse.Tests.Integration.Tables;
using Microsoft.Extensions.Logging.Abstractions;

[assembly: AssemblyFixture(typeof(Azurite))]

namespace Gatehouse.Tests.Integration.Tables;

/// <summary>
/// Azurite's tables and blobs: one process for all tests, started by the first that needs it and gone with the last. Each
/// test has tables of its own, by their prefix.
/// </summary>
public sealed class Azurite : IAsyncDisposable
{
    private const string Account = "gatehouse";
    private const string Script = "node_modules/azurite/dist/src/azurite.js";
    private const string Started = "Table service is successfully listening";

    private static readonly Lazy<Task<Azurite>> Shared = new(StartAsync);

    private NodeProcess? _process;

    /// <summary>For the tests' framework, which disposes of it at the end. Use <see cref="GetAsync"/>.</summary>
    public Azurite()
    {
    }

    internal string ConnectionString { get; private set; } = "";

    /// <summary>The address of the tables.</summary>
    internal Uri Endpoint { get; private set; } = new("about:blank");

    /// <summary>The address of the blobs.</summary>
    internal Uri BlobEndpoint { get; private set; } = new("about:blank");

    /// <summary>Starts it unless it runs. Skips the test where there is no Node.</summary>
    internal static async Task<Azurite> GetAsync()
    {
        // Asked here, and not in the shared start: a skip is for this test.
        await NodePackages.EnsureInstalledAsync();
        return await Shared.Value;
    }

    /// <summary>A prefix for tables that no other test has.</summary>
    internal static string CreatePrefix() => $"t{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";

    /// <summary>A table of a test's own.</summary>
    internal Table CreateTable(TimeProvider? time = null)
    {
        var client = new TableServiceClient(ConnectionString, TableStorageServiceCollectionExtensions.CreateClientOptions()).GetTableClient(CreatePrefix());
        return new Table(client, time ?? TimeProvider.System, NullLogger<Table>.Instance);
    }

    /// <summary>The same storage, reached at another address.</summary>
    internal string ConnectionStringAt(Uri endpoint) => ConnectionString
        .Replace(Endpoint.AbsoluteUri, endpoint.AbsoluteUri, StringComparison.Ordinal)
        .Replace(BlobEndpoint.AbsoluteUri, endpoint.AbsoluteUri, StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        if (Shared.IsValueCreated && await Shared.Value is { _process: { } process } shared)
        {
            await process.DisposeAsync();
            shared._process = null;
        }
    }

    private static async Task<Azurite> StartAsync()
    {
        var (port, blobPort, queuePort) = (FindFreePort(), FindFreePort(), FindFreePort());
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));
        var process = await NodeProcess.StartAsync(
            Script,
            ["--tablePort", $"{port}", "--blobPort", $"{blobPort}", "--queuePort", $"{queuePort}", "--inMemoryPersistence", "--silent", "--disableTelemetry", "--skipApiVersionCheck"],
            ("AZURITE_ACCOUNTS", $"{Account}:{key}"));
        await process.WaitForOutputAsync(Started);
        var endpoint = new Uri($"http://127.0.0.1:{port}/");
        var blobEndpoint = new Uri($"http://127.0.0.1:{blobPort}/");
        var connectionString = $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={key};TableEndpoint={endpoint.AbsoluteUri}{Account};BlobEndpoint={blobEndpoint.AbsoluteUri}{Account};";

        // Its first answers take long on a busy machine, and hosts wait for no storage longer than a caller would.
        // This client has the SDK's patience: 100 seconds for each of four tries.
        await new TableServiceClient(connectionString).CreateTableAsync(CreatePrefix());
        return new Azurite { _process = process, Endpoint = endpoint, BlobEndpoint = blobEndpoint, ConnectionString = connectionString };
    }

    // It takes port 0, but does not tell which it got.
    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
