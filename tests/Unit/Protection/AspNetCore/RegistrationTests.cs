using Gatehouse.Protection;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Unit.Protection.AspNetCore;

public sealed class RegistrationTests
{
    [Fact]
    public void PackageForAspNetCore_InAnAppWithoutTheIntegration_IsRefused()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => FunctionsApplication.CreateBuilder([]).AddGatehouseProtection());

        Assert.StartsWith("Call builder.ConfigureFunctionsWebApplication() before", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PackageForHttpRequestData_InAnAppWithTheIntegration_StopsTheStart()
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        GatehouseProtection.AddGatehouseProtection(builder, WithoutFunctions);
        builder.ConfigureFunctionsWebApplication();

        var exception = Assert.Throws<OptionsValidationException>(() =>
        {
            using var app = builder.Build();
            app.Services.GetRequiredService<IStartupValidator>().Validate();
        });

        Assert.Contains("Reference the package Gatehouse.Protection.AspNetCore", exception.Message, StringComparison.Ordinal);
    }

    // The entry assembly of the tests has functions that no app could start with.
    private static void WithoutFunctions(GatehouseProtectionOptions options) => options.FunctionAssemblies.Add(typeof(GatehouseProtection).Assembly);
}
