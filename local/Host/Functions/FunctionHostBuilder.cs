using System.Reflection;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Diagnostics.Metrics;

namespace Gatehouse.Local.Functions;

/// <summary>
/// Collects what a function app consists of, as the worker's own builder does, for running it in this process:
/// services, middleware, and the assemblies with its functions.
/// </summary>
internal sealed class FunctionHostBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
{
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(10);

    // Azure's own limit. What a function reads of it is the function's business.
    private const long MaxRequestBodyBytes = 100 * 1024 * 1024;

    private readonly WebApplicationBuilder _web;
    private readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> _middleware = [];
    private readonly List<Assembly> _assemblies = [];

    internal FunctionHostBuilder(WebApplicationOptions options)
    {
        _web = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            // Options are read once. Watching files would take one of the few inotify instances that a user has.
            Args = [.. options.Args ?? [], "--hostBuilder:reloadConfigOnChange=false"],
            ApplicationName = options.ApplicationName,
            ContentRootPath = options.ContentRootPath,
            EnvironmentName = options.EnvironmentName,
            WebRootPath = options.WebRootPath,
        });
        _web.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBodyBytes;
        });
        _web.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = DrainTimeout);
    }

    public ConfigurationManager Configuration => _web.Configuration;

    public IHostEnvironment Environment => _web.Environment;

    public ILoggingBuilder Logging => _web.Logging;

    public IMetricsBuilder Metrics => _web.Metrics;

    public IServiceCollection Services => _web.Services;

    IConfigurationManager IHostApplicationBuilder.Configuration => _web.Configuration;

    IDictionary<object, object> IHostApplicationBuilder.Properties => ((IHostApplicationBuilder)_web).Properties;

    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        _middleware.Add(middleware);
        return this;
    }

    /// <summary>Adds the HTTP-triggered functions of an assembly.</summary>
    public FunctionHostBuilder AddFunctions(Assembly assembly)
    {
        _assemblies.Add(assembly);
        return this;
    }

    public void ConfigureContainer<TContainerBuilder>(IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull =>
        ((IHostApplicationBuilder)_web).ConfigureContainer(factory, configure);

    /// <exception cref="InvalidOperationException">Two functions share a name or a route, or one can't be run here.</exception>
    public FunctionHost Build()
    {
        var functions = LocalFunction.FindAll(_assemblies);
        var web = _web.Build();
        FunctionExecutionDelegate pipeline = static context => ((LocalFunctionContext)context).ExecuteAsync();
        for (var i = _middleware.Count - 1; i >= 0; i--)
        {
            pipeline = _middleware[i](pipeline);
        }

        var prefix = RoutePatternFactory.Parse(RoutePrefix.Read(AppContext.BaseDirectory));

        // As the Functions host does: the first by name whose route and method fit, however well another one fits.
        foreach (var (order, function) in functions.OrderBy(static function => function.Definition.Name, StringComparer.OrdinalIgnoreCase).Index())
        {
            // A wrong method must reach a catch-all function, as in the Functions host, so ASP.NET Core's own 405 must not come first.
            var route = web.Map(RoutePatternFactory.Combine(prefix, function.Route), http => FunctionRequest.HandleAsync(http, function, pipeline));
            route.Add(endpoint => ((RouteEndpointBuilder)endpoint).Order = order);
            if (function.Methods.Length > 0)
            {
                route.WithMetadata(new HttpMethodMetadata(function.Methods));
            }
        }

        // Without such a function ASP.NET Core would answer a wrong method with 405; the Functions host answers 404.
        web.MapFallback("{**path}", static http =>
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        return new FunctionHost(web);
    }
}
