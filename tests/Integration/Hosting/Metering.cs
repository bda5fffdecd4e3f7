using System.Diagnostics.Metrics;
using Gatehouse.Audit;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.Hosting;

/// <summary>Metrics for objects that a test makes without a host.</summary>
internal static class Metering
{
    public static AuditMetrics Create() =>
        new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
}
