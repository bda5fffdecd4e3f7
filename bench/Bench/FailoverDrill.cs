using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Gatehouse.Backup;
using Gatehouse.Storage.Tables;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Bench;

/// <summary>
/// The loss of a region: local/Host over one Azurite makes backups into another, then both processes are killed, and a second
/// local/Host starts over the other Azurite after a restore, with the same keys. It takes over the URL, as behind a front end.
/// </summary>
internal sealed class FailoverDrill(string folder)
{
    private const string Prefix = "bench";
    private const int StandbyPort = 7193;

    private readonly string _primaryFolder = Directory.CreateDirectory(Path.Combine(folder, "primary")).FullName;
    private readonly string _standbyFolder = Directory.CreateDirectory(Path.Combine(folder, "standby")).FullName;

    public async Task RunAsync()
    {
        using var otherRegion = await AzuriteServer.StartAsync(StandbyPort);
        var backups = new BlobServiceClient(otherRegion.Connection).GetBlobContainerClient("backups");
        await backups.CreateAsync();
        var lost = await RunPrimaryAsync(backups);

        var clock = Stopwatch.StartNew();
        var tables = new TableServiceClient(otherRegion.Connection);
        await new TableRestore(tables, Prefix, Open(tables), backups).RestoreAsync(name: null, isContinued: false, CancellationToken.None);
        var restored = clock.Elapsed;
        CopyKeys();
        using var standby = await StartAsync(_standbyFolder, otherRegion.Connection, "--no-demo");
        var serving = clock.Elapsed;
        Console.WriteLine(FormattableString.Invariant($"Restored after {restored.TotalSeconds:N1} s, serving after {serving.TotalSeconds:N1} s.\n"));
        Console.WriteLine("| what | before the loss | works at the standby |");
        Console.WriteLine("|---|---|---|");
        foreach (var (what, check, items) in lost)
        {
            var works = 0;
            foreach (var item in items)
            {
                works += await check(standby.Client, item) ? 1 : 0;
            }

            Console.WriteLine($"| {what} | {items.Count} | {works} |");
        }
    }

    // Everything that callers hold when the region is lost.
    private async Task<IReadOnlyList<(string What, Func<HttpClient, string, Task<bool>> Check, IReadOnlyList<string> Items)>> RunPrimaryAsync(BlobContainerClient backups)
    {
        using var region = await AzuriteServer.StartAsync();
        using var primary = await StartAsync(_primaryFolder, region.Connection);
        var unused = await SignInAsync(primary, 8);
        var used = await SignInAsync(primary, 5);
        var ended = await SignInAsync(primary, 3);
        var tables = new TableServiceClient(region.Connection);
        await new TableBackup(tables, Prefix, Open(tables), backups, TimeProvider.System).WriteAsync(CancellationToken.None);

        var later = await SignInAsync(primary, 4);
        for (var number = 0; number < used.Count; number++)
        {
            used[number] = await RefreshAsync(primary.Client, used[number]) ?? throw new InvalidOperationException("The primary refuses a refresh.");
        }

        foreach (var session in ended)
        {
            using var form = new FormUrlEncodedContent([KeyValuePair.Create("token", session), KeyValuePair.Create("token_type_hint", "refresh_token")]);
            (await primary.Client.PostAsync(new Uri("/revoke", UriKind.Relative), form)).EnsureSuccessStatusCode();
        }

        var access = await primary.SignInAsync("editor");
        using var creation = new HttpRequestMessage(HttpMethod.Post, "/api/products") { Content = JsonContent.Create(new { name = "Late", category = "Late", price = 1, currency = "EUR" }) };
        creation.Headers.Authorization = new AuthenticationHeaderValue("Bearer", access);
        using var created = await primary.Client.SendAsync(creation);
        created.EnsureSuccessStatusCode();
        var product = created.Headers.Location!.ToString();
        return
        [
            ("access token", async (client, token) => await GetAsync(client, "/api/products", token) == HttpStatusCode.OK, [access]),
            ("session, unused since the backup", async (client, token) => await RefreshAsync(client, token) is not null, unused),
            ("session, refreshed since the backup", async (client, token) => await RefreshAsync(client, token) is not null, used),
            ("session, begun since the backup", async (client, token) => await RefreshAsync(client, token) is not null, later),
            ("session, ended since the backup", async (client, token) => await RefreshAsync(client, token) is not null, ended),
            ("product, made since the backup", async (client, path) => await GetAsync(client, path, access) == HttpStatusCode.OK, [product]),
        ];
    }

    private static IReadOnlyList<IBackedUpTable> Open(TableServiceClient tables) =>
        TableStorageServiceCollectionExtensions.CreateBackedUpTables(tables, Prefix, TimeProvider.System, NullLogger<Table>.Instance);

    private static Task<GatehouseServer> StartAsync(string dataFolder, string connection, params string[] more) =>
        GatehouseServer.StartAsync(dataFolder, ["--storage", "tables", $"--Storage:ConnectionString={connection}", $"--Storage:TablePrefix={Prefix}", .. more]);

    // As `copy` of the key tool does between two vaults.
    private void CopyKeys()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_primaryFolder, "keys"), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(_standbyFolder, Path.GetRelativePath(_primaryFolder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static async Task<List<string>> SignInAsync(GatehouseServer server, int count)
    {
        var sessions = new List<string>();
        for (var number = 0; number < count; number++)
        {
            sessions.Add(await server.SignInForRefreshAsync("viewer"));
        }

        return sessions;
    }

    private static async Task<string?> RefreshAsync(HttpClient client, string token)
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("grant_type", "refresh_token"), KeyValuePair.Create("refresh_token", token)]);
        using var response = await client.PostAsync(new Uri("/token", UriKind.Relative), form);
        return response.IsSuccessStatusCode ? (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("refresh_token").GetString() : null;
    }

    private static async Task<HttpStatusCode> GetAsync(HttpClient client, string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }
}
