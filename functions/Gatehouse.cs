using Gatehouse.Access;
using Gatehouse.Api;
using Gatehouse.Audit;
using Gatehouse.Authentication;
using Gatehouse.Keys;
using Gatehouse.Products;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Gatehouse.Protection.Settings;
using Gatehouse.RateLimits;
using Gatehouse.Revocation;
using Gatehouse.Storage;
using Gatehouse.Telemetry;
using Gatehouse.Tokens;
using Gatehouse.Users;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gatehouse;

/// <summary>The composition root: the services, and the middleware in the order in which a request passes it.</summary>
internal static class GatehouseBuilderExtensions
{
    /// <summary>Adds all of Gatehouse except the stores, which depend on the host.</summary>
    public static TBuilder AddGatehouse<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
    {
        IHostApplicationBuilder host = builder;
        var configuration = host.Configuration;
        var services = host.Services;

        // The one place that decides whether this API issues tokens of its own.
        if (TokensOptions.AreEnabled(configuration))
        {
            services
                .AddKeys(configuration)
                .AddRevocation(configuration)
                .AddUsers(configuration)
                .AddTokens(configuration)
                .AddSignIn();
        }

        services
            .AddSingleton(typeof(GatehouseBuilderExtensions).Assembly)
            .AddSettingNames(configuration)
            .AddTelemetry(configuration)
            .AddAccess(configuration)
            .AddProtection(configuration)
            .AddAudit()
            .AddRateLimits(configuration)
            .AddProducts(configuration)
            .AddApi(configuration);

        // From the outside in. Failures carry the headers of every middleware outside the error middleware.
        IFunctionsWorkerApplicationBuilder worker = builder;
        worker.UseMiddleware<RequestMiddleware>();
        worker.UseMiddleware<SecurityHeadersMiddleware>();
        worker.UseMiddleware<CrossOriginMiddleware>();
        worker.UseMiddleware<RateLimitMiddleware>();
        worker.UseMiddleware<ErrorMiddleware>();
        worker.UseMiddleware<StorageBudgetMiddleware>();
        worker.UseMiddleware<SwitchedOffMiddleware>();
        worker.UseMiddleware<AccessMiddleware>();
        worker.UseMiddleware<CallerLimitMiddleware>();
        return builder;
    }
}
