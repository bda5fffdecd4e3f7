using Gatehouse.Protection.AspNetCore;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

// The namespace of the other package: referencing this package is enough to get this method in place of the other one.
namespace Gatehouse.Protection;

/// <summary>Protects the HTTP-triggered functions of an isolated function app with ASP.NET Core integration.</summary>
public static class GatehouseAspNetCoreProtection
{
    /// <summary>
    /// Holds every HTTP-triggered function to its <c>[Authorize]</c> and <c>[AllowAnonymous]</c> attributes: a policy is a scope
    /// that the access token needs. A function without a rule is refused to everybody. Other triggers pass untouched.
    /// <c>HttpContext.User</c> is the caller. Settings: section <c>Protection</c>, with the accepted issuers in
    /// <c>Protection:TrustedIssuers</c>. Call <c>ConfigureFunctionsWebApplication()</c> first.
    /// </summary>
    /// <param name="builder">The builder of the app.</param>
    /// <param name="configure">Sets options that are not settings; null for none.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException"><c>ConfigureFunctionsWebApplication()</c> was not called before.</exception>
    public static FunctionsApplicationBuilder AddGatehouseProtection(this FunctionsApplicationBuilder builder, Action<GatehouseProtectionOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);

        // The middleware of the integration brings the HttpContext, so it must run outside of this package's.
        if (!builder.Services.Any(static service => service.ServiceType.Assembly == typeof(FunctionsHostBuilderExtensions).Assembly))
        {
            throw new InvalidOperationException(
                "Call builder.ConfigureFunctionsWebApplication() before builder.AddGatehouseProtection(). An app without ASP.NET Core integration needs the package Gatehouse.Protection in place of Gatehouse.Protection.AspNetCore.");
        }

        builder.UseMiddleware<HttpContextMiddleware>();
        GatehouseProtection.Add(builder, builder, configure);
        builder.UseMiddleware<ResultMiddleware>();
        return builder;
    }
}
