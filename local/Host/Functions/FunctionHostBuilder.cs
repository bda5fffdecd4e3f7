using System.Reflection;
using Gatehouse.FunctionHost;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Diagnostics.Metrics;

namespace Gatehouse.Local.Functions;

/// <summary>
/// Collects the services, the middleware and the functions of a function app, as the worker's own builder does, and runs
/// them in this process with the HTTP triggers on Kestrel.
/// </summary>
internal sealed class FunctionHostBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
{
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(10);

    private readonly WebApplicationBuilder _web;
    private readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> _middleware = [];
    private readonly List<Assembly> _assemblies = [];

    public FunctionHostBuilder(WebApplicationOptions options)
    {
        _web = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            // Options are read once. Watching files would use one of the user's few inotify instances.
            Args = [.. options.Args ?? [], "--hostBuilder:reloadConfigOnChange=false"],
            ApplicationName = options.ApplicationName,
            ContentRootPath = options.ContentRootPath,
            EnvironmentName = options.EnvironmentName,
            WebRootPath = options.WebRootPath,
        });
        _web.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;

            // FunctionsHostEdge has the Functions host's own limit.
            kestrel.Limits.MaxRequestBodySize = null;
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

    /// <exception cref="InvalidOperationException">Two functions share a name or a route, or one can't run here.</exception>
    /// <exception cref="InvalidDataException">host.json is not valid JSON.</exception>
    public WebApplication Build()
    {
        var functions = LocalFunction.FindAll(_assemblies);
        var web = _web.Build();
        FunctionExecutionDelegate pipeline = static context => ((LocalFunctionContext)context).ExecuteAsync();
        for (var i = _middleware.Count - 1; i >= 0; i--)
        {
            pipeline = _middleware[i](pipeline);
        }

        web.UseFunctionsHostEdge();
        var prefix = RoutePatternFactory.Parse(RoutePrefix.Read(AppContext.BaseDirectory));

        // The Functions host tries functions in the order of their names and calls the first whose route and method match, even if another matches more closely.
        foreach (var (order, function) in functions.OrderBy(static function => function.Definition.Name, StringComparer.OrdinalIgnoreCase).Index())
        {
            // In the Functions host a request with a wrong method goes on to a catch-all function, so ASP.NET Core's own 405 must not answer it.
            var route = web.Map(RoutePatternFactory.Combine(prefix, function.Route), http => FunctionRequest.HandleAsync(http, function, pipeline));
            route.Add(endpoint => ((RouteEndpointBuilder)endpoint).Order = order);
            if (function.Methods.Length > 0)
            {
                route.WithMetadata(new HttpMethodMetadata(function.Methods));
            }
        }

        // Without a catch-all function ASP.NET Core answers a wrong method with 405, the Functions host with 404.
        web.MapFallback("{**path}", static http =>
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        return web;
    }
}
