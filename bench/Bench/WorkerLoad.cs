using System.Diagnostics;

namespace Gatehouse.Bench;

/// <summary>What some seconds of calls on several connections cost.</summary>
/// <param name="Rate">Calls a second.</param>
/// <param name="Cost">Processor time of the worker's process for a call, in microseconds.</param>
/// <param name="P50">The median of the calls' durations, in milliseconds.</param>
/// <param name="P99">The duration that 99 of 100 calls stay below, in milliseconds.</param>
internal sealed record WorkerLoad(double Rate, double Cost, double P50, double P99)
{
    public static async Task<WorkerLoad> RunAsync(WorkerApp app, int connections, TimeSpan duration)
    {
        var before = app.ProcessorTime;
        var clock = Stopwatch.StartNew();
        var callers = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            var durations = new List<double>();
            while (clock.Elapsed < duration)
            {
                var start = Stopwatch.GetTimestamp();
                await app.CallAsync();
                durations.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            return durations;
        })));
        var elapsed = clock.Elapsed.TotalSeconds;
        var cost = (app.ProcessorTime - before).TotalMicroseconds;
        var calls = callers.SelectMany(static durations => durations).Order().ToArray();
        return new WorkerLoad(calls.Length / elapsed, cost / calls.Length, calls[calls.Length / 2], calls[calls.Length * 99 / 100]);
    }
}
