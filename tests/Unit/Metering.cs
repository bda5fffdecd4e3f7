using System.Diagnostics.Metrics;
using Gatehouse.Audit;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Unit;

/// <summary>Metrics for classes that a test creates without a host.</summary>
internal static class Metering
{
    public static AuditMetrics Create() =>
        new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
}
