using System.Net;
using System.Net.Http.Json;

namespace Gatehouse.Bench;

/// <summary>
/// What a flood of sign-ins does to those who already have a token: the protected listing at a rate that leaves the machine
/// room, without and with a flood that the rate limits let through, in turns.
/// </summary>
internal sealed class LoginFlood(string folder, TimeSpan duration)
{
    private const int Rounds = 5;
    private const int Flooders = 32;

    public async Task RunAsync()
    {
        using var ours = await GatehouseServer.StartAsync(folder);
        var token = (await ours.FetchTokensAsync(1))[0];
        await MeasureAsync(ours, token);
        var quiet = new List<Paced>();
        var flooded = new List<Paced>();
        var counts = new Dictionary<HttpStatusCode, int>();
        for (var round = 0; round < Rounds; round++)
        {
            quiet.Add(await MeasureAsync(ours, token));
            using var over = new CancellationTokenSource();
            var flood = Enumerable.Range(0, Flooders).Select(number => FloodAsync(number, counts, over.Token)).ToArray();
            flooded.Add(await MeasureAsync(ours, token));
            await over.CancelAsync();
            await Task.WhenAll(flood);
        }

        Console.WriteLine("| listing at 200 requests/s | p50 | p99 |");
        Console.WriteLine("|---|---|---|");
        Report("quiet", quiet);
        Report($"with {Flooders} connections that sign in", flooded);
        Console.WriteLine();
        Console.WriteLine(FormattableString.Invariant(
            $"p99 with the flood, of that without: {quiet.Zip(flooded, static (before, during) => during.P99 / before.P99).Median():0.00}× (median of rounds)"));
        Console.WriteLine($"The flood was answered: {string.Join(", ", counts.Select(static entry => $"{(int)entry.Key} {entry.Value} times"))}");
    }

    private static void Report(string label, List<Paced> rounds) => Console.WriteLine(FormattableString.Invariant(
        $"| {label} | {rounds.Select(static round => round.P50).Median():0.00} ms | {rounds.Select(static round => round.P99).Median():0.00} ms |"));

    private Task<Paced> MeasureAsync(GatehouseServer ours, string token) => Paced.RunAsync(new Uri(ours.Server.Url, "/api/products"), token, requestsPerSecond: 200, duration);

    private static async Task FloodAsync(int number, Dictionary<HttpStatusCode, int> counts, CancellationToken cancellationToken)
    {
        using var client = GatehouseServer.CreateClient();
        try
        {
            while (true)
            {
                using var response = await client.PostAsJsonAsync("/authenticate", new { username = $"nobody-{number}", password = "x" }, cancellationToken);
                lock (counts)
                {
                    counts[response.StatusCode] = counts.GetValueOrDefault(response.StatusCode) + 1;
                }

                if (response.Headers.RetryAfter?.Delta is not null)
                {
                    // Ruder than it is asked to be, without turning into a load test of refusals.
                    await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }
}
