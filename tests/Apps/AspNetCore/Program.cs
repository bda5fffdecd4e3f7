using Gatehouse.Tests.Apps.AspNetCore;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<Warehouse>();
if (builder.Configuration["Greeting"] is "")
{
    throw new InvalidOperationException("Greeting must not be empty.");
}

builder.Build().Run();
