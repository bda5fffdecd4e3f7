using Gatehouse.Protection;
using Gatehouse.Tests.Apps.Triggers;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.Services.AddSingleton<WaitingRoom>();
if (builder.Configuration.GetSection("Protection").Exists())
{
    builder.AddGatehouseProtection();
}

var host = builder.Build();

// A test adds it to keep the entry point going after the host has stopped.
var end = host.Services.GetService<ManualResetEventSlim>();
host.Run();
end?.Wait();
