namespace Gatehouse.Bench;

/// <summary>
/// What the proof of a bound token costs: the same listing with a bearer token and with a proof, in turns. Compared is what
/// the server takes of a processor for each request; the client makes its proofs beforehand.
/// </summary>
internal sealed class DPoPCost(string folder)
{
    private const int Rounds = 5;
    private const int Requests = 3_000;
    private const int Connections = 8;

    private static readonly Uri Listing = new(GatehouseServer.Url, "/api/products");
    private static readonly Uri Token = new(GatehouseServer.Url, "/token");

    public async Task RunAsync()
    {
        using var ours = await GatehouseServer.StartAsync(folder, $"--Tokens:Issuer={GatehouseServer.Url.OriginalString}");
        var bearer = (await ours.FetchTokensAsync(1))[0];
        await MeasureAsync(ours, Enumerable.Repeat(("Bearer " + bearer, (string?)null), Requests).ToArray());
        Console.WriteLine("| proof | processor time a request: bearer | with a proof | ratio (median of rounds) |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var algorithm in (string[])["ES256", "RS256", "PS256"])
        {
            using var key = new ProofMaker(algorithm);
            var bound = await ours.FetchTokenAsync(key.Prove("POST", Token, token: null));
            var plain = new List<double>();
            var proved = new List<double>();
            for (var round = 0; round <= Rounds; round++)
            {
                // Made now, as they are good for a minute only.
                var proofs = Enumerable.Range(0, Requests).Select(_ => ("DPoP " + bound, (string?)key.Prove("GET", Listing, bound))).ToArray();
                var withBearer = await MeasureAsync(ours, Enumerable.Repeat(("Bearer " + bearer, (string?)null), Requests).ToArray());
                var withProof = await MeasureAsync(ours, proofs);

                // The first round is for the just-in-time compiler.
                if (round > 0)
                {
                    plain.Add(withBearer);
                    proved.Add(withProof);
                }
            }

            var ratio = proved.Zip(plain, static (with, without) => with / without).Median();
            Console.WriteLine(FormattableString.Invariant($"| {algorithm} | {plain.Median():0} µs | {proved.Median():0} µs | **{ratio:0.00}×** |"));
        }
    }

    private static async Task<double> MeasureAsync(GatehouseServer ours, (string Authorization, string? Proof)[] requests)
    {
        var before = ours.Server.ProcessorTime;
        await Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = Connections }, async (request, cancellationToken) =>
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, Listing);
            message.Headers.TryAddWithoutValidation("Authorization", request.Authorization);
            if (request.Proof is { } proof)
            {
                message.Headers.TryAddWithoutValidation("DPoP", proof);
            }

            using var response = await ours.Client.SendAsync(message, cancellationToken);
            response.EnsureSuccessStatusCode();
        });
        return (ours.Server.ProcessorTime - before).TotalMicroseconds / requests.Length;
    }
}
