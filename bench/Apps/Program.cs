// A stock function app. Protected.csproj compiles it with the package, Bare.csproj without.
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
#if PROTECTED
using Gatehouse.Protection;
#endif

var builder = FunctionsApplication.CreateBuilder(args);
#if PROTECTED
builder.AddGatehouseProtection();
#endif
builder.Build().Run();
