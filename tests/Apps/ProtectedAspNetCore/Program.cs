using Gatehouse.Protection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.AddGatehouseProtection(options => options.DefaultRule = builder.Configuration.GetValue<bool>("DefaultRule") ? new AuthorizeAttribute() : null);
builder.Build().Run();
