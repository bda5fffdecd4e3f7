using System.Net;
using Gatehouse.Protection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Tests.Integration.Hosting;

/// <summary>Functions that a valid token alone does not open.</summary>
public static class StepUpFunctions
{
    [Function("SampleMfa")]
    [Authorize(Policy = "samples:read")]
    [RequireMfa]
    public static HttpResponseData Mfa([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sample/mfa")] HttpRequestData request) =>
        request.CreateResponse(HttpStatusCode.OK);

    [Function("SampleRecent")]
    [Authorize]
    [RequireRecentSignIn(5)]
    public static HttpResponseData Recent([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sample/recent")] HttpRequestData request) =>
        request.CreateResponse(HttpStatusCode.OK);

    [Function("SampleMfaAndRecent")]
    [Authorize]
    [RequireMfa]
    [RequireRecentSignIn(5)]
    public static HttpResponseData MfaAndRecent([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sample/mfa-and-recent")] HttpRequestData request) =>
        request.CreateResponse(HttpStatusCode.OK);
}
