using System.Globalization;

namespace Gatehouse.Bench;

/// <summary>From the start of local/Host to its first 200: at the first start, which makes a key, users and products, and at the next one.</summary>
internal sealed class StartTimes(string folder)
{
    private const int Rounds = 9;

    public async Task RunAsync()
    {
        var first = new List<double>();
        var second = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var data = Path.Combine(folder, round.ToString(CultureInfo.InvariantCulture));
            first.Add(await StartAsync(data));
            second.Add(await StartAsync(data));
        }

        Console.WriteLine(FormattableString.Invariant($"First start {first.Median():0.00} s ({first.Min():0.00} to {first.Max():0.00}), second start {second.Median():0.00} s ({second.Min():0.00} to {second.Max():0.00}), {Rounds} of each."));
    }

    private static async Task<double> StartAsync(string data)
    {
        using var started = await GatehouseServer.StartAsync(data);
        return started.Server.StartTime.TotalSeconds;
    }
}
