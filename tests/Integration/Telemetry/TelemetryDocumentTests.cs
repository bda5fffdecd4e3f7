using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.RegularExpressions;
using Gatehouse.Protection;
using Gatehouse.Protection.Telemetry;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.Telemetry;

/// <summary>docs/telemetry.md lists the metrics as the code makes them: alerts and dashboards build on their names.</summary>
public sealed partial class TelemetryDocumentTests
{
    [Fact]
    public async Task Document_ListsEveryMetric_AsItIs()
    {
        await using var host = await GatehouseHost.StartAsync();
        _ = host.Services.GetRequiredService<AccessTokenIssuer>();
        var made = new List<string>();
        using (var listener = new MeterListener())
        {
            var meters = host.Services.GetRequiredService<IMeterFactory>();
            listener.InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == MetricNames.Meter && ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    made.Add($"{instrument.Name} {KindOf(instrument)} {instrument.Unit}");
                }
            };
            listener.Start();
        }

        var documented = DocumentedMetric.ReadAll().Select(static metric => $"{metric.Name} {metric.Kind} {metric.Unit}");
        Assert.Equal(made.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Document_ListsEveryName()
    {
        Assert.Equal(
            MetricConstants.All.Order(StringComparer.Ordinal),
            DocumentedMetric.ReadAll().Select(static metric => metric.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Document_ListsEveryReasonOfARejection_AndEveryOutcomeOfACall()
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "telemetry.md"));
        var reasons = typeof(TokenRejection).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static field => ((TokenRejection)field.GetValue(null)!).Reason);
        var outcomes = typeof(DependencyOutcome).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static field => (string)field.GetRawConstantValue()!);

        Assert.All(reasons.Concat(outcomes), word => Assert.Contains($"`{word}`", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Runbooks_NameExistingMetrics()
    {
        var named = MetricName().Matches(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "operations.md"))).Select(static match => match.Value).Distinct();
        Assert.Subset(DocumentedMetric.ReadAll().Select(static metric => metric.Name).ToHashSet(), named.ToHashSet());
    }

    [Fact]
    public void Runbooks_LinkToExistingPlaces()
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "operations.md"));
        var headings = Heading().Matches(text).Select(static match => match.Groups[1].Value.Trim().ToLowerInvariant().Replace(' ', '-')).ToHashSet();
        var links = InnerLink().Matches(text).Select(static match => match.Groups[1].Value).ToHashSet();

        Assert.NotEmpty(links);
        Assert.Subset(headings, links);
    }

    [GeneratedRegex(@"gatehouse\.[a-z_.]*[a-z_]")]
    private static partial Regex MetricName();

    [GeneratedRegex("^##+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\]\(#([^)]+)\)")]
    private static partial Regex InnerLink();

    private static string KindOf(Instrument instrument) => instrument switch
    {
        Histogram<double> => "histogram",
        Counter<long> => "counter",
        { IsObservable: true } when instrument.GetType().Name.StartsWith("ObservableGauge", StringComparison.Ordinal) => "gauge",
        _ => instrument.GetType().Name,
    };
}
