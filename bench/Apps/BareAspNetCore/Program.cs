using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Build().Run();

namespace Gatehouse.Bench.Apps.BareAspNetCore
{
    /// <summary>Sends the same bytes as the function that it is compared with.</summary>
    public sealed class Page
    {
        private static readonly byte[] Body = File.ReadAllBytes(Environment.GetEnvironmentVariable("BENCH_PAGE")!);

        [Function("GetPage")]
        public IActionResult Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "page")] HttpRequest request) =>
            new FileContentResult(Body, "application/json");
    }
}
