using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Gatehouse.Revocation;
using Gatehouse.Storage.Blobs;

namespace Gatehouse.Bench;

/// <summary>
/// The requests to storage that the revocation feed makes, by instances and revocations: the real store on blobs in
/// memory, in simulated time. Every instance reads each 5 seconds, from a random moment on; any of them revokes.
/// </summary>
internal static class FeedSimulation
{
    private const int Seconds = 60;
    private const double ReadEvery = 5;
    private const int Kept = 21 * 60;

    public static async Task RunAsync()
    {
        Console.WriteLine("| instances | revocations/s | requests/s | at one blob, at most | MiB/s | read, of what is new | missed | first reading of a new instance |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var (instances, rate) in ((int, int)[])[(1, 1), (10, 1), (100, 2), (100, 10), (1000, 1), (1000, 10), (1000, 100)])
        {
            await RunAsync(instances, rate);
        }
    }

    private static async Task RunAsync(int instances, int rate)
    {
        var random = new Random(1);
        using var blobs = new MemoryBlobs();
        using var client = new HttpClient(blobs);
        var options = new BlobClientOptions { Transport = new HttpClientTransport(client) };
        var container = new BlobContainerClient(new Uri("http://feed.test/feed"), options);
        var fleet = Enumerable.Range(0, instances).Select(_ => new Instance(new BlobRevocationStore(container, TimeProvider.System))).ToArray();
        foreach (var instance in fleet)
        {
            await instance.ReadAsync();
        }

        // By time: the revocations, spread evenly, and the readings.
        var events = new PriorityQueue<(Instance Instance, bool IsRevocation), double>();
        for (var number = 0; number < rate * Seconds; number++)
        {
            events.Enqueue((fleet[random.Next(instances)], true), number / (double)rate);
        }

        foreach (var instance in fleet)
        {
            var phase = random.NextDouble() * ReadEvery;
            for (var time = phase; time < Seconds; time += ReadEvery)
            {
                events.Enqueue((instance, false), time);
            }
        }

        blobs.TakeBusiest();
        var (appended, needed, missed, total, busiest, second) = (0, 0, 0, 0, 0, 1);
        var before = blobs.BytesRead;
        while (events.TryDequeue(out var next, out var time))
        {
            if (time >= second)
            {
                total += blobs.Requests;
                busiest = Math.Max(busiest, blobs.TakeBusiest());
                second++;
            }

            if (next.IsRevocation)
            {
                await next.Instance.Store.AppendAsync(CreateEntry(appended++), CancellationToken.None);
                continue;
            }

            needed += appended - next.Instance.Seen;
            await next.Instance.ReadAsync();
            missed += appended - next.Instance.Seen;
        }

        total += blobs.Requests;
        var read = fleet.Sum(static instance => instance.Seen);
        var bytes = blobs.BytesRead - before;
        var first = await MeasureFirstReadAsync(fleet[0].Store, blobs, container, (rate * Kept) - appended);
        Console.WriteLine(FormattableString.Invariant(
            $"| {instances} | {rate} | {total / (double)Seconds:N1} | {busiest}/s | {bytes / 1048576.0 / Seconds:N2} | {(needed == 0 ? 1 : read / (double)needed):N2}× | {missed} | {first} |"));
    }

    // After so many revocations as may be kept, on a feed that is cleaned up late.
    private static async Task<string> MeasureFirstReadAsync(BlobRevocationStore writer, MemoryBlobs blobs, BlobContainerClient container, int more)
    {
        for (var number = 0; number < more; number++)
        {
            await writer.AppendAsync(CreateEntry(number), CancellationToken.None);
        }

        blobs.TakeBusiest();
        var before = blobs.BytesRead;
        await new Instance(new BlobRevocationStore(container, TimeProvider.System)).ReadAsync();
        return FormattableString.Invariant($"{blobs.Requests} requests, {(blobs.BytesRead - before) / 1048576.0:N1} MiB");
    }

    private static RevocationEntry CreateEntry(int number) =>
        new(RevocationKind.Session, $"{number:D43}", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddMinutes(11));

    private sealed class Instance(BlobRevocationStore store)
    {
        private string? _cursor;

        public BlobRevocationStore Store => store;

        public int Seen { get; private set; }

        public async Task ReadAsync()
        {
            RevocationPage page;
            do
            {
                page = await store.ReadAsync(_cursor, CancellationToken.None);
                Seen += page.Entries.Count;
                _cursor = page.Cursor;
            }
            while (page.HasMore);
        }
    }
}
