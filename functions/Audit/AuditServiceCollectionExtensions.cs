using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Audit;

internal static class AuditServiceCollectionExtensions
{
    /// <summary>Adds the audit log and its metrics.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services) => services
        .AddSingleton<AuditMetrics>()
        .AddSingleton<AuditLog>();
}
