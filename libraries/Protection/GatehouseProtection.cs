using System.Reflection;
using Gatehouse.Protection.Http;
using Gatehouse.Protection.Settings;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gatehouse.Protection;

/// <summary>Protects the HTTP-triggered functions of an isolated function app.</summary>
public static class GatehouseProtection
{
    /// <summary>
    /// Holds every HTTP-triggered function to its <c>[Authorize]</c> and <c>[AllowAnonymous]</c> attributes: a policy is a scope
    /// that the access token needs. A function without a rule is refused to everybody. Other triggers pass untouched. Settings:
    /// section <c>Protection</c>, with the accepted issuers in <c>Protection:TrustedIssuers</c>.
    /// </summary>
    /// <param name="builder">The builder of the app.</param>
    /// <param name="configure">Sets options that are not settings; null for none.</param>
    /// <typeparam name="TBuilder">The type of the builder, such as <c>FunctionsApplicationBuilder</c>.</typeparam>
    /// <returns>The builder.</returns>
    public static TBuilder AddGatehouseProtection<TBuilder>(this TBuilder builder, Action<GatehouseProtectionOptions>? configure = null)
        where TBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        IHostApplicationBuilder host = builder;
        host.Services.AddOptions<WorkerOptions>()
            .Validate(
                static worker => !worker.Capabilities.ContainsKey("HttpUri"),
                "The app has ASP.NET Core integration (ConfigureFunctionsWebApplication). Reference the package Gatehouse.Protection.AspNetCore in place of Gatehouse.Protection.")
            .ValidateOnStart();
        Add(host, builder, configure);
        return builder;
    }

    /// <summary>Adds the services and the middleware, whichever way the app handles HTTP.</summary>
    internal static void Add(IHostApplicationBuilder host, IFunctionsWorkerApplicationBuilder worker, Action<GatehouseProtectionOptions>? configure)
    {
        var options = new GatehouseProtectionOptions();
        configure?.Invoke(options);
        if (options.FunctionAssemblies.Count == 0)
        {
            options.FunctionAssemblies.Add(Assembly.GetEntryAssembly() ?? throw new InvalidOperationException("The app has no entry assembly. Name the assembly of its functions in FunctionAssemblies."));
        }

        foreach (var assembly in options.FunctionAssemblies)
        {
            host.Services.AddSingleton(assembly);
        }

        host.Services
            .AddSingleton(options)
            .AddSettingNames(host.Configuration)
            .AddProtection(host.Configuration);

        // From the outside in. Failures carry the headers of every middleware outside the error middleware.
        worker.UseMiddleware<RequestMiddleware>();
        worker.UseMiddleware<SecurityHeadersMiddleware>();
        worker.UseMiddleware<CrossOriginMiddleware>();
        options.BeforeErrors?.Invoke(worker);
        worker.UseMiddleware<ErrorMiddleware>();
        options.BeforeAccess?.Invoke(worker);
        worker.UseMiddleware<AccessMiddleware>();
    }
}

/// <summary>The options of <see cref="GatehouseProtection"/> that are not settings.</summary>
public sealed class GatehouseProtectionOptions
{
    /// <summary>The assemblies with the functions. Defaults to the entry assembly alone.</summary>
    public IList<Assembly> FunctionAssemblies { get; } = [];

    /// <summary>
    /// The rule of functions that state none, such as <c>new AuthorizeAttribute()</c> for any accepted token. Defaults to null:
    /// such functions are refused to everybody.
    /// </summary>
    public AuthorizeAttribute? DefaultRule { get; set; }

    /// <summary>Adds middleware outside the one that turns exceptions into problem documents, such as one that sets a header of every answer. Defaults to null.</summary>
    public Action<IFunctionsWorkerApplicationBuilder>? BeforeErrors { get; set; }

    /// <summary>
    /// Adds middleware that runs before the access rule is checked, when the caller is not known yet. Its exceptions become
    /// problem documents. Middleware that needs the caller is added after the protection. Defaults to null.
    /// </summary>
    public Action<IFunctionsWorkerApplicationBuilder>? BeforeAccess { get; set; }
}
