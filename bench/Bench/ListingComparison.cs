using System.Globalization;
using System.Net.Http.Headers;

namespace Gatehouse.Bench;

/// <summary>
/// The protected listing of Gatehouse next to a minimal API with JwtBearer. Both serve the same page to the same tokens,
/// in turns, so that a change of the machine's speed meets both.
/// </summary>
internal sealed class ListingComparison(string folder, TimeSpan duration)
{
    private const int Rounds = 5;
    private const int ManyTokens = 2000;
    private static readonly Uri PeerUrl = new("http://127.0.0.1:7182");

    public async Task RunAsync()
    {
        using (var first = await GatehouseServer.StartAsync(folder))
        {
            Console.WriteLine(FormattableString.Invariant($"Start to first 200, first start (key, users, products made): {first.Server.StartTime.TotalSeconds:0.00} s"));
        }

        using var gatehouse = await GatehouseServer.StartAsync(folder);
        Console.WriteLine(FormattableString.Invariant($"Start to first 200, second start: {gatehouse.Server.StartTime.TotalSeconds:0.00} s"));

        var tokens = await gatehouse.FetchTokensAsync(ManyTokens);
        var oneFile = Write("one", tokens[0]);
        var manyFile = Write("many", string.Join('\n', tokens));
        var keysFile = Write("keys.json", await gatehouse.Client.GetStringAsync(new Uri("/.well-known/jwks.json", UriKind.Relative)));
        gatehouse.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens[0]);
        var pageFile = Write("page.json", await gatehouse.Client.GetStringAsync(new Uri("/api/products", UriKind.Relative)));
        using var peer = await Server.StartAsync(
            "Minimal API + JwtBearer",
            PeerUrl,
            GatehouseServer.ProgramOf("Peer", "Gatehouse.Bench.Peer"),
            PeerUrl.ToString(), GatehouseServer.Url.GetLeftPart(UriPartial.Authority), "gatehouse", keysFile, pageFile);

        Console.WriteLine();
        Console.WriteLine("| tokens | server | requests/s (median) | p99 | errors | ratio (median of rounds) |");
        Console.WriteLine("|---|---|---|---|---|---|");
        await CompareAsync(gatehouse.Server, peer, "1", oneFile);
        await CompareAsync(gatehouse.Server, peer, ManyTokens.ToString(CultureInfo.InvariantCulture), manyFile);
        Console.WriteLine();
        Console.WriteLine(FormattableString.Invariant($"Resident memory after the load: Gatehouse {gatehouse.Server.ResidentMegabytes:0} MiB, peer {peer.ResidentMegabytes:0} MiB"));
    }

    private async Task CompareAsync(Server gatehouse, Server peer, string label, string tokensFile)
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

        var ratio = ours.Zip(theirs, static (our, their) => our.RequestsPerSecond / their.RequestsPerSecond).Median();
        Report(gatehouse, ours, label, FormattableString.Invariant($"**{ratio:0.00}×**"));
        Report(peer, theirs, label, "1");
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
