using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Audit;

internal static class AuditServiceCollectionExtensions
{
    /// <summary>The audit log, and the numbers that go with it.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services) => services
        .AddSingleton<AuditMetrics>()
        .AddSingleton<AuditLog>();
}
