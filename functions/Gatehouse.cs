using Gatehouse.Access;
using Gatehouse.Api;
using Gatehouse.Audit;
using Gatehouse.Authentication;
using Gatehouse.Keys;
using Gatehouse.Mail;
using Gatehouse.Products;
using Gatehouse.Protection;
using Gatehouse.RateLimits;
using Gatehouse.Revocation;
using Gatehouse.Storage;
using Gatehouse.Telemetry;
using Gatehouse.Tokens;
using Gatehouse.Users;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Hosting;

namespace Gatehouse;

/// <summary>The composition root: the services, and the middleware beside that of the protection.</summary>
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
                .AddMail(configuration)
                .AddRevocation(configuration)
                .AddUsers(configuration)
                .AddTokens(configuration)
                .AddSignIn(configuration);
        }

        services
            .AddTelemetry(configuration)
            .AddAccess(configuration)
            .AddAudit()
            .AddRateLimits(configuration)
            .AddProducts(configuration)
            .AddApi(configuration);

        builder.AddGatehouseProtection(static options =>
        {
            options.FunctionAssemblies.Add(typeof(GatehouseBuilderExtensions).Assembly);
            options.BeforeErrors = static worker => worker.UseMiddleware<RateLimitMiddleware>();
            options.BeforeAccess = static worker => worker.UseMiddleware<StorageBudgetMiddleware>().UseMiddleware<SwitchedOffMiddleware>();
        });

        IFunctionsWorkerApplicationBuilder worker = builder;
        worker.UseMiddleware<CallerLimitMiddleware>();
        return builder;
    }
}
