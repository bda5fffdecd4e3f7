using System.Net;
using Gatehouse.Protection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Tests.Integration.Hosting;

/// <summary>Functions as a user of Gatehouse would add them, the forgotten attribute among them.</summary>
public static class SampleFunctions
{
    [Function("SampleForgotten")]
    public static HttpResponseData Forgotten([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sample/forgotten")] HttpRequestData request) =>
        request.CreateResponse(HttpStatusCode.OK);

    [Function("SampleOpen")]
    [AllowAnonymous]
    public static HttpResponseData Open([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sample/open")] HttpRequestData request) =>
        request.CreateResponse(HttpStatusCode.OK);

    [Function("SampleAnyToken")]
    [Authorize]
    public static HttpResponseData AnyToken([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sample/any-token")] HttpRequestData request) =>
        request.CreateResponse(request.FunctionContext.GetCaller().Subject.Length > 0 ? HttpStatusCode.OK : HttpStatusCode.InternalServerError);

    [Function("SampleTwoScopes")]
    [Authorize(Policy = "a:read")]
    [Authorize(Policy = "b:read")]
    public static HttpResponseData TwoScopes([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sample/two-scopes")] HttpRequestData request) =>
        request.CreateResponse(HttpStatusCode.OK);

    [Function("SampleRole")]
    [Authorize(Roles = "owner, auditor")]
    public static HttpResponseData Role([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sample/role")] HttpRequestData request) =>
        request.CreateResponse(HttpStatusCode.OK);

    [Function("SampleFailing")]
    [AllowAnonymous]
    public static HttpResponseData Failing([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sample/failing")] HttpRequestData request) =>
        throw new InvalidOperationException($"the password of {request.Url.Host} is hunter2");
}
