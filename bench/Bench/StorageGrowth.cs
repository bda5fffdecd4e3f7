using System.Net.Http.Headers;
using System.Text.Json;

namespace Gatehouse.Bench;

/// <summary>
/// How many requests to storage a sign-in, a refresh and a listing take with little data and with much, and how long they
/// take. The numbers of requests are those of Azure too; the times are Azurite's, which searches where Azure seeks.
/// </summary>
internal sealed class StorageGrowth(string folder, int products)
{
    private const string Prefix = "bench";
    private const int FamiliesPerUser = 10;
    private const int Samples = 11;
    private const int PageSize = 20;
    private const int FarPage = 500;

    public async Task RunAsync()
    {
        using var azurite = await AzuriteServer.StartAsync();
        using var ours = await GatehouseServer.StartAsync(
            folder, "--storage", "tables", $"--Storage:ConnectionString={AzuriteServer.ConnectionString}", $"--Storage:TablePrefix={Prefix}");
        Console.WriteLine("| what | data | requests to storage | median |");
        Console.WriteLine("|---|---|---|---|");
        await MeasureAsync(azurite, ours, "demo data", page: 2);
        var before = ours.Server.ResidentMegabytes;
        await azurite.FillAsync(products);
        var data = FormattableString.Invariant($"{products:N0} products, {products:N0} users, {products * FamiliesPerUser:N0} sessions");
        await MeasureAsync(azurite, ours, data, Math.Min(FarPage, products / PageSize));
        Console.WriteLine();
        Console.WriteLine(FormattableString.Invariant($"Memory of the server: {before:0} MiB before, {ours.Server.ResidentMegabytes:0} MiB after all of it."));
    }

    private static async Task MeasureAsync(AzuriteServer azurite, GatehouseServer ours, string data, int page)
    {
        var client = ours.Client;
        string refreshToken = "";
        async Task SignInAsync() => refreshToken = await ours.SignInForRefreshAsync("viewer");
        async Task RefreshAsync()
        {
            using var response = await client.PostAsync(
                new Uri("/token", UriKind.Relative),
                new FormUrlEncodedContent([KeyValuePair.Create("grant_type", "refresh_token"), KeyValuePair.Create("refresh_token", refreshToken)]));
            refreshToken = (await ReadAsync(response)).GetProperty("refresh_token").GetString()!;
        }

        await SignInAsync();
        await PrintAsync(azurite, "sign-in", data, SignInAsync);
        await PrintAsync(azurite, "refresh", data, RefreshAsync);

        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await ours.SignInAsync("viewer"));
        var cursor = await WalkAsync(client, page - 1);
        var size = PageSize;
        await PrintAsync(azurite, "page 1, not in memory", data, () => ListAsync(client, $"?pageSize={size++}"));
        await PrintAsync(azurite, "page 1, in memory", data, () => ListAsync(client, $"?pageSize={PageSize}"));
        size = PageSize;
        await PrintAsync(azurite, $"page {page}, not in memory", data, () => ListAsync(client, $"?pageSize={size++}&cursor={cursor}"));
        size = PageSize;
        await PrintAsync(azurite, "one category", data, () => ListAsync(client, $"?pageSize={size++}&category=Books"));
        size = PageSize;
        await PrintAsync(azurite, "a search that finds a page at once", data, () => ListAsync(client, $"?pageSize={size++}&search=e"));
        size = PageSize;
        await PrintAsync(azurite, "a search that finds nothing", data, () => ListAsync(client, $"?pageSize={size++}&search=xyzzy"));
        client.DefaultRequestHeaders.Authorization = null;
    }

    private static async Task PrintAsync(AzuriteServer azurite, string what, string data, Func<Task> run)
    {
        var times = new List<double>();
        var requests = new List<double>();
        for (var sample = 0; sample < Samples; sample++)
        {
            var (milliseconds, count) = await azurite.MeasureAsync(run);
            times.Add(milliseconds);
            requests.Add(count);
        }

        Console.WriteLine(FormattableString.Invariant($"| {what} | {data} | {requests.Median():0} | {times.Median():0.0} ms |"));
    }

    private static async Task<string?> WalkAsync(HttpClient client, int pages)
    {
        string? cursor = null;
        for (var page = 0; page < pages; page++)
        {
            cursor = (await ListAsync(client, cursor is null ? $"?pageSize={PageSize}" : $"?pageSize={PageSize}&cursor={cursor}")).GetProperty("nextCursor").GetString();
        }

        return cursor;
    }

    private static async Task<JsonElement> ListAsync(HttpClient client, string query)
    {
        using var response = await client.GetAsync(new Uri("/api/products" + query, UriKind.Relative));
        return await ReadAsync(response);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        response.EnsureSuccessStatusCode();
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return document.RootElement.Clone();
    }
}
