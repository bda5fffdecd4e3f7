using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Gatehouse.FunctionHost;

/// <summary>
/// The HTTP server of an app with ASP.NET Core integration. The Functions host forwards a request to it while it sends the
/// invocation to the worker, and the app joins both by the id of the invocation.
/// </summary>
internal sealed class AspNetCoreServer : IDisposable
{
    /// <summary>The capability of a worker that has such a server. Its value is one port for the whole process, so several apps can't use it.</summary>
    public const string Capability = "HttpUri";

    private const string InvocationHeader = "x-ms-invocation-id";

    // Those of one connection (RFC 9110 section 7.6.1) and those that are set here. Every answer of the Functions host is sent in chunks.
    private static readonly HashSet<string> OwnHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Length", "Expect", "Host", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", InvocationHeader,
    };

    private static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    // The trace is the caller's, not one that this process adds.
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
    });

    private readonly string _address;

    private AspNetCoreServer(string address) => _address = address;

    /// <summary>Finds the server of an app that has started.</summary>
    public static AspNetCoreServer Open(IServiceProvider services)
    {
        // The app reads the folder of host.json, which belongs to the process, when it builds its routes.
        _ = services.GetRequiredService<EndpointDataSource>().Endpoints;
        return new AspNetCoreServer(services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    /// <summary>Sends a request to the app and its answer to the caller.</summary>
    /// <exception cref="HttpRequestException">The app has gone.</exception>
    public async Task ForwardAsync(HttpContext http, string invocationId)
    {
        using var request = CreateRequest(http.Request, invocationId);
        using var answer = await _client.SendAsync(request, http.RequestAborted);
        http.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated))
        {
            if (!OwnHeaders.Contains(name))
            {
                http.Response.Headers[name] = values.ToArray();
            }
        }

        await answer.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage CreateRequest(HttpRequest request, string invocationId)
    {
        var path = $"{request.PathBase.ToUriComponent()}{request.Path.ToUriComponent()}{request.QueryString.ToUriComponent()}";
        var isChunked = request.Headers.TransferEncoding.Count > 0;
        var forwarded = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(_address + path, AsItIs));
        if (isChunked || request.ContentLength is not null)
        {
            forwarded.Content = new StreamContent(request.Body);
            forwarded.Content.Headers.ContentLength = isChunked ? null : request.ContentLength;
        }

        foreach (var (name, values) in request.Headers)
        {
            if (!OwnHeaders.Contains(name) && !forwarded.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                // Content-Type and its like.
                (forwarded.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        forwarded.Headers.Host = request.Headers.Host;
        forwarded.Headers.TransferEncodingChunked = isChunked;
        forwarded.Headers.TryAddWithoutValidation(InvocationHeader, invocationId);
        return forwarded;
    }
}
