using Gatehouse.Api;
using Gatehouse.Api.OpenApi;
using Gatehouse.Api.Reference;
using Gatehouse.Audit;
using Gatehouse.Keys;
using Gatehouse.Products;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Gatehouse.Protection.Issuers;
using Gatehouse.RateLimits;
using Gatehouse.Revocation;
using Gatehouse.Storage;
using Gatehouse.Telemetry;
using Gatehouse.Tokens;
using Gatehouse.Users;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Gatehouse;

/// <summary>The composition root: which services there are, and what a request passes on the way to its function.</summary>
internal static class GatehouseBuilderExtensions
{
    /// <summary>Adds all of Gatehouse but the stores, which differ by the place where it runs.</summary>
    public static TBuilder AddGatehouse<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
    {
        IHostApplicationBuilder host = builder;
        var services = host.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new FunctionAssembly(typeof(GatehouseBuilderExtensions).Assembly));
        services.AddSingleton<FunctionCatalog>();
        services.AddSingleton<UnknownRoute>();
        services.AddSingleton<RequestOrigin>();
        services.AddSingleton<AuditLog>();
        services.Configure<WorkerOptions>(static worker => worker.InputConverters.RegisterAt<InvocationCancellation>(0));
        services
            .AddTelemetry(host.Configuration)
            .AddRateLimits(host.Configuration)
            .AddProtection(host.Configuration)
            .AddTrustedIssuers(host.Configuration)
            .AddProducts(host.Configuration)
            .AddOpenApi()
            .AddReference(host.Configuration);

        // What it takes to issue tokens, for those who don't have them all from another issuer.
        if (TokensOptions.AreEnabled(host.Configuration))
        {
            services
                .AddKeys(host.Configuration)
                .AddRevocation(host.Configuration)
                .AddTokens(host.Configuration)
                .AddAuthentication(host.Configuration);
        }

        // From the outside in. Security headers, what browsers are told and rate limits stand outside of the problem
        // documents, so that failures carry their headers too.
        IFunctionsWorkerApplicationBuilder worker = builder;
        worker.UseMiddleware<TelemetryMiddleware>();
        worker.UseMiddleware<AccessLogMiddleware>();
        worker.UseMiddleware<SecurityHeadersMiddleware>();
        worker.UseMiddleware<CrossOriginMiddleware>();
        worker.UseMiddleware<RateLimitMiddleware>();
        worker.UseMiddleware<ProblemDetailsMiddleware>();
        worker.UseMiddleware<StorageBudgetMiddleware>();
        worker.UseMiddleware<SwitchedOffMiddleware>();
        worker.UseMiddleware<AccessMiddleware>();
        return builder;
    }
}
