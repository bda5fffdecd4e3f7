using System.Diagnostics;
using System.Globalization;

namespace Gatehouse.Bench;

/// <summary>One run of wrk.</summary>
/// <param name="RequestsPerSecond">Answers, whatever their status.</param>
/// <param name="Errors">Answers that were no success, and broken connections.</param>
/// <param name="P99">The latency that 99 of 100 requests stay below.</param>
internal sealed record Load(double RequestsPerSecond, int Errors, TimeSpan P99)
{
    private const int Connections = 32;

    public static async Task<Load> RunAsync(Server server, string tokensFile, TimeSpan duration)
    {
        var seconds = duration.TotalSeconds.ToString(CultureInfo.InvariantCulture) + "s";
        var script = Path.Combine(AppContext.BaseDirectory, "tokens.lua");
        var start = new ProcessStartInfo("wrk", ["-t1", $"-c{Connections}", $"-d{seconds}", "-s", script, new Uri(server.Url, "/api/products").ToString()])
        {
            RedirectStandardOutput = true,
            Environment = { ["TOKENS"] = tokensFile },
        };
        using var wrk = Process.Start(start)!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        var line = output.Split('\n').SingleOrDefault(static text => text.StartsWith("result ", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"wrk gave no result: {output}");
        var numbers = line.Split(' ')[1..].Select(static text => long.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return new Load(numbers[0] / (numbers[1] / 1_000_000.0), (int)numbers[2], TimeSpan.FromMicroseconds(numbers[3]));
    }
}
