using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Gatehouse.Keys;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Gatehouse.Bench;

/// <summary>
/// The published app on the real worker next to a bare function that sends the same bytes: the start, the protected listing
/// with one token and with many, and /health.
/// </summary>
internal sealed class WorkerCost(string folder, TimeSpan duration)
{
    private const int Starts = 9;
    private const int Rounds = 7;
    private const int Connections = 16;
    private const int Products = 20;
    private const int ManyTokens = 2_000;
    private const string Client = "bench";
    private const string Secret = "a-secret-of-the-benchmark-that-is-long-enough";
    private const string Listing = "/api/products?pageSize=20";

    private readonly string _page = Path.Combine(folder, "page.json");

    private Dictionary<string, string?> BareSettings => new() { ["BENCH_PAGE"] = _page };

    public async Task RunAsync()
    {
        using var azurite = await AzuriteServer.StartAsync();
        var program = await PublishAsync();
        var settings = await CreateSettingsAsync();
        string token;
        await using (var app = await WorkerApp.StartAsync(program, Listing, settings))
        {
            token = await FetchTokenAsync(app);
            await SeedAsync(app, token);
            await File.WriteAllBytesAsync(_page, await GetPageAsync(app, token));
        }

        await CompareStartsAsync(program, settings, token);
        await CompareCallsAsync(program, settings);
    }

    private static string BareProgram(string name) => GatehouseServer.ProgramOf(name, $"Gatehouse.Bench.Apps.{name}");

    private async Task CompareStartsAsync(string program, Dictionary<string, string?> settings, string token)
    {
        var ours = new List<double>();
        var bare = new List<double>();
        for (var round = 0; round < Starts; round++)
        {
            ours.Add(await MeasureStartAsync(program, Listing, settings, token));
            bare.Add(await MeasureStartAsync(BareProgram("Bare"), "/api/page", BareSettings, token));
        }

        Console.WriteLine("| processor time to the first 200 | median | of the bare function (median of rounds) |");
        Console.WriteLine("|---|---|---|");
        Console.WriteLine(FormattableString.Invariant($"| bare function | {bare.Median():0.00} s | |"));
        Console.WriteLine(FormattableString.Invariant($"| Gatehouse | {ours.Median():0.00} s | **{ours.Zip(bare, static (own, other) => own / other).Median():0.00}×** |"));
    }

    private static async Task<double> MeasureStartAsync(string program, string path, Dictionary<string, string?> settings, string token)
    {
        await using var app = await WorkerApp.StartAsync(program, path, settings);
        app.Tokens = [token];
        await app.CallAsync();
        return app.ProcessorTime.TotalSeconds;
    }

    private async Task CompareCallsAsync(string program, Dictionary<string, string?> settings)
    {
        await using var bare = await WorkerApp.StartAsync(BareProgram("Bare"), "/api/page", BareSettings);
        await using var one = await WorkerApp.StartAsync(program, Listing, settings);
        one.Tokens = [await FetchTokenAsync(one)];
        await using var many = await WorkerApp.StartAsync(program, Listing, settings);
        many.Tokens = await FetchTokensAsync(many);
        await using var health = await WorkerApp.StartAsync(program, "/health", settings);
        (string Name, WorkerApp App)[] apps =
        [
            ("bare function", bare),
            ("protected listing, 1 token", one),
            ("protected listing, 2 000 tokens", many),
            ("/health", health),
        ];
        var loads = apps.ToDictionary(static app => app.Name, static _ => new List<WorkerLoad>());
        for (var round = 0; round <= Rounds; round++)
        {
            foreach (var (name, app) in apps)
            {
                var load = await WorkerLoad.RunAsync(app, Connections, duration);

                // The first round warms them up and does not count.
                if (round > 0)
                {
                    loads[name].Add(load);
                }
            }
        }

        var reference = loads[apps[0].Name];
        Console.WriteLine();
        Console.WriteLine("| function | requests/s | p50 | p99 | processor time of a call | requests/s, of the bare function (median of rounds) | processor time, of the bare function |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var (name, _) in apps)
        {
            var own = loads[name];
            var rate = own.Zip(reference, static (load, other) => load.Rate / other.Rate).Median();
            var cost = own.Zip(reference, static (load, other) => load.Cost / other.Cost).Median();
            Console.WriteLine(FormattableString.Invariant($"| {name} | {Of(own, static load => load.Rate):0} | {Of(own, static load => load.P50):0.00} ms | {Of(own, static load => load.P99):0.00} ms | {Of(own, static load => load.Cost):0} µs | **{rate:0.00}×** | **{cost:0.00}×** |"));
        }
    }

    private static double Of(List<WorkerLoad> loads, Func<WorkerLoad, double> value) => loads.Select(value).Median();

    private async Task<string> PublishAsync()
    {
        var repository = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", ".."));
        var target = Path.Combine(folder, "app");
        using var publish = Process.Start(new ProcessStartInfo("dotnet", ["publish", Path.Combine(repository, "functions"), "--output", target]) { RedirectStandardOutput = true })!;
        var output = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0 ? Path.Combine(target, "Gatehouse.dll") : throw new InvalidOperationException(output);
    }

    private async Task<Dictionary<string, string?>> CreateSettingsAsync()
    {
        var keys = Path.Combine(folder, "keys");
        var secrets = new FileSecretSource(Options.Create(new KeysOptions { Folder = keys }), TimeProvider.System, NullLogger<FileSecretSource>.Instance);
        await secrets.AddVersionAsync(Client, Secret, "text/plain", CancellationToken.None);
        var admin = JsonSerializer.Serialize(new { username = "root@example.com", passwordHash = new PasswordHasher<string>().HashPassword("root@example.com", Secret) });
        await secrets.AddVersionAsync("bootstrap-admin", admin, "application/json", CancellationToken.None);
        return new Dictionary<string, string?>
        {
            ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development",
            ["Tokens__Issuer"] = "https://api.example.com",
            ["Tokens__Audience"] = "bench",
            ["Keys__Folder"] = keys,
            ["Storage__ConnectionString"] = AzuriteServer.ConnectionString,
            ["Clients__0__Id"] = Client,
            ["Clients__0__Scopes"] = "products:read products:write",
            ["Clients__0__SecretName"] = Client,
            // The limiter works with each request, as it would in production; it only never refuses.
            ["RateLimits__Default__PermitLimit"] = "1000000",
            ["RateLimits__Default__Window"] = "00:00:01",
            ["RateLimits__Routes__Token__PermitLimit"] = "1000000",
            ["RateLimits__Routes__Token__Window"] = "00:00:01",
        };
    }

    private static async Task<List<string>> FetchTokensAsync(WorkerApp app)
    {
        var tokens = new List<string>(ManyTokens);
        while (tokens.Count < ManyTokens)
        {
            tokens.Add(await FetchTokenAsync(app));
        }

        return tokens;
    }

    private static async Task<string> FetchTokenAsync(WorkerApp app)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/token")
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("grant_type", "client_credentials")]),
            Headers = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Client}:{Secret}"))) },
        };
        using var response = await app.Client.SendAsync(request);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()} {app.Logs}");
        }

        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return document.RootElement.GetProperty("access_token").GetString()!;
    }

    private static async Task SeedAsync(WorkerApp app, string token)
    {
        for (var number = 0; number < Products; number++)
        {
            using var content = JsonContent.Create(new { name = $"Desk Lamp {number}", description = "An adjustable LED desk lamp with a weighted base and a warm white light.", category = "lighting", price = 39.9m + number, currency = "EUR" });
            await content.LoadIntoBufferAsync();
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/products") { Content = content, Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
            using var response = await app.Client.SendAsync(request);
            response.EnsureSuccessStatusCode();
        }
    }

    private static async Task<byte[]> GetPageAsync(WorkerApp app, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Listing) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        using var response = await app.Client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsByteArrayAsync();
    }
}
