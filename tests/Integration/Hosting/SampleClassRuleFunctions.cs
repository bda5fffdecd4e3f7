using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Tests.Integration.Hosting;

/// <summary>A class that states the rule for all of its functions.</summary>
[Authorize(Policy = "class:read")]
public static class SampleClassRuleFunctions
{
    [Function("SampleClassRule")]
    public static HttpResponseData Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sample/class-rule")] HttpRequestData request) =>
        request.CreateResponse(HttpStatusCode.OK);
}
