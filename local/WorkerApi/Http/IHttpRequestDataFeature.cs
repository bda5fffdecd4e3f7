namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>Holds the HTTP request of an invocation.</summary>
public interface IHttpRequestDataFeature
{
    ValueTask<HttpRequestData?> GetHttpRequestDataAsync(FunctionContext context);
}
