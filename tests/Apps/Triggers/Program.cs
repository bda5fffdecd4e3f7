using System.Net;
using Gatehouse.Protection;
using Gatehouse.Tests.Apps.Triggers;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.Services.AddSingleton<WaitingRoom>();
builder.UseMiddleware(static async (context, next) =>
{
    if (await context.GetHttpRequestDataAsync() is { } request && request.Headers.Contains("X-Refuse"))
    {
        context.GetInvocationResult().Value = request.CreateResponse(HttpStatusCode.Forbidden);
        return;
    }

    await next();
});
if (builder.Configuration.GetSection("Protection").Exists())
{
    builder.AddGatehouseProtection();
}

var host = builder.Build();

// A test adds it to keep the entry point going after the host has stopped.
var end = host.Services.GetService<ManualResetEventSlim>();
host.Run();
end?.Wait();
