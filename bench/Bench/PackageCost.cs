using OrdersApp.Tests;

namespace Gatehouse.Bench;

/// <summary>A stock function app with Gatehouse.Protection next to the same app without: the start, and calls with a token.</summary>
internal sealed class PackageCost(TimeSpan duration)
{
    private const int Starts = 9;
    private const int Rounds = 7;
    private const int Connections = 16;

    public async Task RunAsync()
    {
        await using var issuer = await Issuer.StartAsync();
        var settings = new Dictionary<string, string?> { ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development" };
        issuer.AddTo(settings);
        var token = issuer.CreateToken("orders:read");
        await CompareStartsAsync(settings, token);
        await CompareCallsAsync(settings, token);
    }

    private static async Task CompareStartsAsync(IReadOnlyDictionary<string, string?> settings, string token)
    {
        var bare = new List<double>();
        var withPackage = new List<double>();
        for (var round = 0; round < Starts; round++)
        {
            bare.Add(await MeasureStartAsync("Bare", settings, token));
            withPackage.Add(await MeasureStartAsync("Protected", settings, token));
        }

        Report("processor time to the first 200", bare, withPackage, "s");
    }

    private static async Task<double> MeasureStartAsync(string project, IReadOnlyDictionary<string, string?> settings, string token)
    {
        await using var app = await StartAsync(project, settings, token);
        return app.ProcessorTime.TotalSeconds;
    }

    private async Task CompareCallsAsync(IReadOnlyDictionary<string, string?> settings, string token)
    {
        await using var bare = await StartAsync("Bare", settings, token);
        await using var withPackage = await StartAsync("Protected", settings, token);
        var rates = (Bare: new List<double>(), WithPackage: new List<double>());
        var costs = (Bare: new List<double>(), WithPackage: new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            var first = await WorkerLoad.RunAsync(bare, Connections, duration);
            var second = await WorkerLoad.RunAsync(withPackage, Connections, duration);

            // The first round warms both up and does not count.
            if (round > 0)
            {
                rates.Bare.Add(first.Rate);
                rates.WithPackage.Add(second.Rate);
                costs.Bare.Add(first.Cost);
                costs.WithPackage.Add(second.Cost);
            }
        }

        Report("calls a second", rates.Bare, rates.WithPackage, "");
        Report("processor time of a call", costs.Bare, costs.WithPackage, "µs");
    }

    private static async Task<WorkerApp> StartAsync(string project, IReadOnlyDictionary<string, string?> settings, string token)
    {
        var app = await WorkerApp.StartAsync(GatehouseServer.ProgramOf(project, $"Gatehouse.Bench.Apps.{project}"), "/api/orders", settings);
        app.Tokens = [token];
        await app.CallAsync();
        return app;
    }

    private static void Report(string what, List<double> bare, List<double> withPackage, string unit)
    {
        var ratio = bare.Zip(withPackage, static (without, with) => with / without).Median();
        Console.WriteLine(FormattableString.Invariant($"| {what} | {bare.Median():0.##} {unit} | {withPackage.Median():0.##} {unit} | **{ratio:0.00}×** |"));
    }
}
