using System.Net.Http.Headers;

namespace Gatehouse.Bench;

/// <summary>
/// How many requests to storage 1 000 calls take under a limit that instances share, for slices of several sizes, and how long a
/// call takes next to one without such a limit.
/// </summary>
internal sealed class SharedLimitCost(string folder)
{
    private const int Calls = 1000;
    private const int Rounds = 5;
    private const int AtOnce = 8;

    // The limits differ in their slices, and each counts calls of a user of its own role.
    private static readonly (string Role, int Slice)[] Limits = [("admin", 1), ("editor", 10), ("viewer", 100)];

    public async Task RunAsync()
    {
        using var azurite = await AzuriteServer.StartAsync();
        string[] settings =
        [
            "--storage", "tables", $"--Storage:ConnectionString={AzuriteServer.ConnectionString}", "--Storage:TablePrefix=bench",
            .. Limits.SelectMany(static limit => (string[])
            [
                $"--RateLimits:Callers:{limit.Role}s:Roles={limit.Role}",
                $"--RateLimits:Callers:{limit.Role}s:Slice={limit.Slice}",
                $"--RateLimits:Callers:{limit.Role}s:PermitLimit=1000000",
                $"--RateLimits:Callers:{limit.Role}s:Window=1.00:00:00",
                $"--RateLimits:Callers:{limit.Role}s:Shared=true",
            ]),
        ];
        using var ours = await GatehouseServer.StartAsync(folder, settings);
        var unlimited = await ours.FetchTokenAsync(proof: null);
        Console.WriteLine("| slice | requests to storage for 1 000 calls | duration, next to calls without the limit |");
        Console.WriteLine("|---|---|---|");
        foreach (var (role, slice) in Limits)
        {
            var limited = await ours.SignInAsync(role);
            await CallAsync(ours.Client, limited, calls: 1);
            var requests = new List<double>();
            var ratios = new List<double>();
            for (var round = 0; round < Rounds; round++)
            {
                var (plain, others) = await azurite.MeasureAsync(() => CallAsync(ours.Client, unlimited));
                var (counted, all) = await azurite.MeasureAsync(() => CallAsync(ours.Client, limited));
                requests.Add(all - others);
                ratios.Add(counted / plain);
            }

            Console.WriteLine(FormattableString.Invariant($"| {slice} | {requests.Median():0} | {ratios.Median():0.00} |"));
        }
    }

    private static Task CallAsync(HttpClient client, string token, int calls = Calls) => Parallel.ForAsync(
        0,
        calls,
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
        async (_, cancellationToken) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/me", UriKind.Relative)) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
            using var response = await client.SendAsync(request, cancellationToken);
            response.EnsureSuccessStatusCode();
        });
}
