using Gatehouse.FunctionHost.Protocol;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gatehouse.FunctionHost;

/// <summary>The HTTP server that routes requests to the functions as the Functions host does.</summary>
internal sealed class HttpFront(WorkerChannel channel, AspNetCoreServer? app)
{
    /// <summary>Starts the server.</summary>
    /// <param name="functions">The functions with an HTTP trigger.</param>
    /// <param name="prefix">The prefix of every route.</param>
    /// <param name="settings">The app settings, of which the host reads one itself.</param>
    public async Task<WebApplication> StartAsync(IEnumerable<LoadedFunction> functions, string prefix, IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var builder = Loopback.CreateBuilder(HttpProtocols.Http1);
        builder.Configuration.AddInMemoryCollection(settings);
        var front = builder.Build();
        front.UseFunctionsHostEdge();
        var root = RoutePatternFactory.Parse(prefix);

        // The Functions host tries functions in the order of their names and calls the first whose route and method match.
        foreach (var (order, function) in functions.OrderBy(static function => function.Name, StringComparer.OrdinalIgnoreCase).Index())
        {
            var route = front.Map(RoutePatternFactory.Combine(root, RoutePatternFactory.Parse(function.Route)), http => HandleAsync(http, function));
            route.Add(endpoint => ((RouteEndpointBuilder)endpoint).Order = order);
            if (function.Methods is { Length: > 0 } methods)
            {
                route.WithMetadata(new HttpMethodMetadata(methods));
            }
        }

        // ASP.NET Core would answer a wrong method with 405, the Functions host answers 404.
        front.MapFallback("{**path}", static http =>
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        await front.StartAsync();
        return front;
    }

    private async Task HandleAsync(HttpContext http, LoadedFunction function)
    {
        var invocation = await HttpMessages.ReadAsync(http.Request, function);
        await using var hangUp = http.RequestAborted.Register(() => channel.Cancel(invocation.InvocationId));
        try
        {
            var answer = channel.AskAsync(new StreamingMessage { InvocationRequest = invocation });
            if (app is null)
            {
                await HttpMessages.WriteAsync((await answer).InvocationResponse, function, http.Response);
                return;
            }

            http.Request.Body.Position = 0;
            await app.ForwardAsync(http, invocation.InvocationId);
            await HttpMessages.EndAsync((await answer).InvocationResponse, http.Response);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException)
        {
            // The caller or the app has gone.
            http.Abort();
        }
    }
}
