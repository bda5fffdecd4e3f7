using System.Diagnostics;
using System.Net.Http.Headers;

namespace Gatehouse.Bench;

/// <summary>Latencies of requests that are sent at a fixed pace, counted from the moment at which they are sent.</summary>
/// <param name="P50">In milliseconds.</param>
/// <param name="P99">In milliseconds.</param>
internal sealed record Paced(double P50, double P99)
{
    public static async Task<Paced> RunAsync(Uri url, string token, int requestsPerSecond, TimeSpan duration)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var count = (int)(requestsPerSecond * duration.TotalSeconds);
        var start = Stopwatch.GetTimestamp();
        var sent = new List<Task<double>>(count);
        for (var i = 0; i < count; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / requestsPerSecond);
            var early = due - Stopwatch.GetElapsedTime(start);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early);
            }

            sent.Add(SendAsync(client, url, start, Stopwatch.GetElapsedTime(start)));
        }

        var latencies = (await Task.WhenAll(sent)).Order().ToArray();
        return new Paced(latencies[count / 2], latencies[count * 99 / 100]);
    }

    private static async Task<double> SendAsync(HttpClient client, Uri url, long start, TimeSpan sentAt)
    {
        using var response = await client.GetAsync(url);
        response.EnsureSuccessStatusCode();
        return (Stopwatch.GetElapsedTime(start) - sentAt).TotalMilliseconds;
    }
}
