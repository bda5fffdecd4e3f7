using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Gatehouse.Bench;

/// <summary>
/// How long a sign-in takes that fails for three reasons: an unknown user, a wrong password, a locked-out user. They are
/// asked for in turns; what counts is that the medians do not tell them apart.
/// </summary>
internal sealed class SignInTiming(string folder)
{
    private const int Samples = 200;

    // The most wrong passwords that a user may have without being locked out is one below the threshold, at most 100.
    private const int Threshold = 100;
    private const int Users = 3;

    public async Task RunAsync()
    {
        using var ours = await GatehouseServer.StartAsync(
            folder,
            $"--Authentication:LockoutThreshold={Threshold}",
            "--Authentication:LockoutDuration=1.00:00:00",
            "--Authentication:StrangersPerDay=10000");
        var client = ours.Client;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await ours.SignInAsync("admin"));
        foreach (var name in Enumerable.Range(0, Users).Select(static number => $"user-{number}").Append("locked"))
        {
            using var created = await client.PostAsJsonAsync("/users", new { username = name, password = "a long enough password" });
            created.EnsureSuccessStatusCode();
        }

        for (var guess = 0; guess < Threshold; guess++)
        {
            await MeasureAsync(client, "locked");
        }

        var unknown = new List<double>();
        var wrong = new List<double>();
        var locked = new List<double>();
        for (var sample = 0; sample < Samples; sample++)
        {
            unknown.Add(await MeasureAsync(client, $"nobody-{sample % Users}"));
            wrong.Add(await MeasureAsync(client, $"user-{sample % Users}"));
            locked.Add(await MeasureAsync(client, "locked"));
        }

        Console.WriteLine("| sign-in | median | of the median for a wrong password |");
        Console.WriteLine("|---|---|---|");
        foreach (var (label, times) in new[] { ("wrong password", wrong), ("unknown user", unknown), ("locked out", locked) })
        {
            Console.WriteLine(FormattableString.Invariant($"| {label} | {times.Median():0.0} ms | {times.Median() / wrong.Median() * 100:0.0} % |"));
        }
    }

    private static async Task<double> MeasureAsync(HttpClient client, string username)
    {
        var start = Stopwatch.GetTimestamp();
        using var response = await client.PostAsJsonAsync("/authenticate", new { username, password = "a wrong enough password" });
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
