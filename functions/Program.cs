using Gatehouse;
using Gatehouse.Backup;
using Gatehouse.Storage.Tables;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.AddGatehouse();
builder.Services.AddTableStorage(builder.Configuration).AddBackup(builder.Configuration);
builder.Build().Run();
