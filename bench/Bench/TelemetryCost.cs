using Gatehouse.Telemetry;

namespace Gatehouse.Bench;

/// <summary>What it costs a start that there is somewhere to send telemetry to, and what it costs when there is not.</summary>
internal sealed class TelemetryCost(string folder)
{
    private const int Rounds = 15;

    // Nobody listens there: what is measured is the start, and it waits for no exporter.
    private static readonly (string Name, string? Variable, string Value)[] Places =
    [
        ("nowhere", null, ""),
        ("OTLP", TelemetrySettings.OtlpEndpointName, "http://127.0.0.1:1"),
        ("Application Insights", TelemetrySettings.ConnectionStringName, "InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=http://127.0.0.1:1/"),
    ];

    public async Task RunAsync()
    {
        var data = Path.Combine(folder, "telemetry");
        using (await GatehouseServer.StartAsync(data))
        {
            // Makes key, users and products, once for all.
        }

        var starts = Places.ToDictionary(static place => place.Name, static _ => new List<double>());
        var memory = Places.ToDictionary(static place => place.Name, static _ => new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (name, variable, value) in Places)
            {
                using var ours = await StartAsync(data, variable, value);
                starts[name].Add(ours.Server.StartTime.TotalMilliseconds);
                memory[name].Add(ours.Server.ResidentMegabytes);
            }
        }

        foreach (var (name, _, _) in Places)
        {
            Console.WriteLine(FormattableString.Invariant($"To {name}: first 200 after {starts[name].Median():0} ms, then {memory[name].Median():0} MiB (medians of {Rounds})."));
        }
    }

    private static async Task<GatehouseServer> StartAsync(string data, string? variable, string value)
    {
        if (variable is null)
        {
            return await GatehouseServer.StartAsync(data);
        }

        // The child takes it over from here.
        Environment.SetEnvironmentVariable(variable, value);
        try
        {
            return await GatehouseServer.StartAsync(data);
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
    }
}
