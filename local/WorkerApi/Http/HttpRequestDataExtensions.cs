using System.Net;

namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>Shorter ways to do what <see cref="HttpRequestData"/> does.</summary>
public static class HttpRequestDataExtensions
{
    public static HttpResponseData CreateResponse(this HttpRequestData request, HttpStatusCode statusCode)
    {
        var response = request.CreateResponse();
        response.StatusCode = statusCode;
        return response;
    }
}
