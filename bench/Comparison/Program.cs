// Compares the protected listing of Gatehouse on local/Host with a minimal API and JwtBearer, by wrk on loopback.
// Both serve the same page to the same tokens, in turns, so that a change of the machine's speed meets both.
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gatehouse.Bench.Comparison;

const int Rounds = 5;
const int ManyTokens = 2000;
var duration = TimeSpan.FromSeconds(args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 6);

var folder = Directory.CreateTempSubdirectory("gatehouse-bench-");
try
{
    var bin = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", ".."));
    var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
    var gatehouseUrl = new Uri("http://127.0.0.1:7181");
    string[] hostArguments =
    [
        Path.Combine(bin, "Host", configuration, "Gatehouse.Local.dll"),
        "--urls", gatehouseUrl.ToString(), "--data", folder.FullName, "--environment", "Development", "--Logging:LogLevel:Default=Warning",

        // All the load comes from one address. The limits stay on, so that what they cost is measured.
        "--RateLimits:Default:PermitLimit=1000000", "--RateLimits:Default:Window=00:00:01", "--RateLimits:Routes:Token:PermitLimit=1000000",
    ];
    using (var first = await Server.StartAsync("Gatehouse", gatehouseUrl, hostArguments[0], hostArguments[1..]))
    {
        Console.WriteLine(Invariant($"Start to first 200, first start (key, users, products made): {first.StartTime.TotalSeconds:0.00} s"));
    }

    using var gatehouse = await Server.StartAsync("Gatehouse", gatehouseUrl, hostArguments[0], hostArguments[1..]);
    Console.WriteLine(Invariant($"Start to first 200, second start: {gatehouse.StartTime.TotalSeconds:0.00} s"));

    using var client = new HttpClient { BaseAddress = gatehouse.Url };
    var tokens = await FetchTokensAsync(client, folder.FullName, ManyTokens);
    var oneFile = Write("one", tokens[0]);
    var manyFile = Write("many", string.Join('\n', tokens));
    var keysFile = Write("keys.json", await client.GetStringAsync(new Uri("/.well-known/jwks.json", UriKind.Relative)));
    client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens[0]);
    var pageFile = Write("page.json", await client.GetStringAsync(new Uri("/api/products", UriKind.Relative)));

    var peerUrl = new Uri("http://127.0.0.1:7182");
    using var peer = await Server.StartAsync(
        "Minimal API + JwtBearer",
        peerUrl,
        Path.Combine(bin, "Peer", configuration, "Gatehouse.Bench.Peer.dll"),
        peerUrl.ToString(), gatehouseUrl.GetLeftPart(UriPartial.Authority), "gatehouse", keysFile, pageFile);

    Console.WriteLine();
    Console.WriteLine("| tokens | server | requests/s (median) | p99 | errors | ratio (median of rounds) |");
    Console.WriteLine("|---|---|---|---|---|---|");
    await CompareAsync("1", oneFile);
    await CompareAsync(ManyTokens.ToString(CultureInfo.InvariantCulture), manyFile);
    Console.WriteLine();
    Console.WriteLine(Invariant($"Resident memory after the load: Gatehouse {gatehouse.ResidentMegabytes:0} MiB, peer {peer.ResidentMegabytes:0} MiB"));

    async Task CompareAsync(string label, string tokensFile)
    {
        // The first round warms up both and does not count.
        await Load.RunAsync(gatehouse, tokensFile, duration);
        await Load.RunAsync(peer, tokensFile, duration);
        var ours = new List<Load>();
        var theirs = new List<Load>();
        for (var round = 0; round < Rounds; round++)
        {
            ours.Add(await Load.RunAsync(gatehouse, tokensFile, duration));
            theirs.Add(await Load.RunAsync(peer, tokensFile, duration));
        }

        var ratio = Median(ours.Zip(theirs, static (our, their) => our.RequestsPerSecond / their.RequestsPerSecond));
        Report(gatehouse, ours, Invariant($"**{ratio:0.00}×**"));
        Report(peer, theirs, "1");

        void Report(Server server, List<Load> loads, string text) => Console.WriteLine(Invariant(
            $"| {label} | {server.Name} | {Median(loads.Select(static load => load.RequestsPerSecond)):0} | {Median(loads.Select(static load => load.P99.TotalMilliseconds)):0.00} ms | {loads.Sum(static load => load.Errors)} | {text} |"));
    }
}
finally
{
    folder.Delete(recursive: true);
}

static string Invariant(FormattableString text) => FormattableString.Invariant(text);

static double Median(IEnumerable<double> values)
{
    var sorted = values.Order().ToArray();
    return sorted[sorted.Length / 2];
}

string Write(string name, string content)
{
    var file = Path.Combine(folder.FullName, name);
    File.WriteAllText(file, content);
    return file;
}

static async Task<List<string>> FetchTokensAsync(HttpClient client, string dataFolder, int count)
{
    var settings = (await File.ReadAllLinesAsync(Path.Combine(dataFolder, "demo.env"))).Select(static line => line.Split('=', 2)).ToDictionary(static pair => pair[0], static pair => pair[1]);
    var credentials = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{settings["CLIENT_ID"]}:{settings["CLIENT_SECRET"]}"));
    var tokens = new List<string>(count);
    for (var i = 0; i < count; i++)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/token")
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("grant_type", "client_credentials")]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        using var response = await client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        tokens.Add(document.RootElement.GetProperty("access_token").GetString()!);
    }

    return tokens;
}
