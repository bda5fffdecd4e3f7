using Gatehouse.Protection.DPoP;
using Gatehouse.Protection.Http;
using Gatehouse.Protection.Issuers;
using Gatehouse.Protection.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection;

internal static class ProtectionServiceCollectionExtensions
{
    /// <summary>Adds the verification of access tokens and the enforcement of access rules.</summary>
    public static IServiceCollection AddProtection(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddSingleton<ProtectionMetrics>();
        services.AddSingleton<FunctionCatalog>();
        services.AddOptions<HttpOptions>().Bind(configuration.GetSection(HttpOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<HttpOptions>, HttpOptionsValidator>();
        services.AddSingleton<ClientAddresses>();
        services.AddSingleton<RequestOrigin>();
        services.Configure<WorkerOptions>(static worker => worker.InputConverters.RegisterAt<InvocationCancellation>(0));

        services.AddOptions<ProtectionOptions>().Bind(configuration.GetSection(ProtectionOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ProtectionOptions>, ProtectionOptionsValidator>();
        services.TryAddSingleton<IRoleScopes, UnmappedRoles>();
        services.AddSingleton<AccessRules>();
        services.AddSingleton<ProtectedResource>();
        services.AddSingleton<Challenge>();
        services.AddSingleton<TokenReader>();
        services.AddSingleton<TokenIssuers>();
        services.AddSingleton<TokenVerifier>();
        services.AddSingleton<ProofCheck>();
        services.AddSingleton<StepUp>();
        services.AddSingleton<IProblemMapper, ProofProblems>();
        return services.AddDPoP(configuration).AddTrustedIssuers(configuration);
    }
}
