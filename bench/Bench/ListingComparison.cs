using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;

namespace Gatehouse.Bench;

/// <summary>
/// The protected listing of Gatehouse next to a minimal API with JwtBearer, and to Express with express-jwt and jwks-rsa.
/// All serve the same page to the same tokens, in turns, so that a change of the machine's speed meets all of them.
/// </summary>
internal sealed class ListingComparison(string folder, TimeSpan duration)
{
    private const int Rounds = 5;
    private const int ManyTokens = 2000;
    private static readonly Uri PeerUrl = new("http://127.0.0.1:7182");
    private static readonly Uri ExpressUrl = new("http://127.0.0.1:7184");
    private static readonly Uri KeysUrl = new(GatehouseServer.Url, "/.well-known/jwks.json");

    public async Task RunAsync()
    {
        using var ours = await GatehouseServer.StartAsync(folder);
        var tokens = await ours.FetchTokensAsync(ManyTokens);
        var oneFile = Write("one", tokens[0]);
        var manyFile = Write("many", string.Join('\n', tokens));
        var keysFile = Write("keys.json", await ours.Client.GetStringAsync(KeysUrl));
        ours.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens[0]);
        var pageFile = Write("page.json", await ours.Client.GetStringAsync(new Uri("/api/products", UriKind.Relative)));
        using var peer = await Server.StartAsync(
            "Minimal API + JwtBearer",
            PeerUrl,
            GatehouseServer.ProgramOf("Peer", "Gatehouse.Bench.Peer"),
            PeerUrl.ToString(), GatehouseServer.Issuer, "gatehouse", keysFile, pageFile);
        using var express = await StartExpressAsync(pageFile);

        Console.WriteLine("| tokens | server | requests/s (median) | p99 | errors | Gatehouse, of this (median of rounds) |");
        Console.WriteLine("|---|---|---|---|---|---|");
        await CompareAsync(ours.Server, [peer, express], "1", oneFile);
        await CompareAsync(ours.Server, [peer, express], ManyTokens.ToString(CultureInfo.InvariantCulture), manyFile);
        Console.WriteLine();
        Console.WriteLine(FormattableString.Invariant($"Resident memory after the load: Gatehouse {ours.Server.ResidentMegabytes:0} MiB, minimal API {peer.ResidentMegabytes:0} MiB, Express {express.ResidentMegabytes:0} MiB"));
    }

    private static Task<Server> StartExpressAsync(string pageFile)
    {
        var folder = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "bench", "Express"));
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
        {
            throw new InvalidOperationException("Express is not installed: run 'npm ci --ignore-scripts' in bench/Express.");
        }

        var program = new ProcessStartInfo(
            "node",
            [Path.Combine(folder, "server.mjs"), ExpressUrl.Port.ToString(CultureInfo.InvariantCulture), GatehouseServer.Issuer, "gatehouse", KeysUrl.ToString(), pageFile]);
        program.Environment["NODE_ENV"] = "production";
        return Server.StartAsync("Express + express-jwt + jwks-rsa", ExpressUrl, program);
    }

    private async Task CompareAsync(Server ours, Server[] peers, string label, string tokensFile)
    {
        // The first round warms all of them up and does not count.
        Server[] servers = [ours, .. peers];
        var loads = servers.ToDictionary(static server => server, static _ => new List<Load>());
        for (var round = 0; round <= Rounds; round++)
        {
            foreach (var server in servers)
            {
                var load = await Load.RunAsync(server, tokensFile, duration);
                if (round > 0)
                {
                    loads[server].Add(load);
                }
            }
        }

        foreach (var server in servers)
        {
            var ratio = loads[ours].Zip(loads[server], static (our, their) => our.RequestsPerSecond / their.RequestsPerSecond).Median();
            Report(server, loads[server], label, server == ours ? "" : FormattableString.Invariant($"**{ratio:0.00}×**"));
        }
    }

    private static void Report(Server server, List<Load> loads, string label, string ratio) => Console.WriteLine(FormattableString.Invariant(
        $"| {label} | {server.Name} | {loads.Select(static load => load.RequestsPerSecond).Median():0} | {loads.Select(static load => load.P99.TotalMilliseconds).Median():0.00} ms | {loads.Sum(static load => load.Errors)} | {ratio} |"));

    private string Write(string name, string content)
    {
        var file = Path.Combine(folder, name);
        File.WriteAllText(file, content);
        return file;
    }
}
