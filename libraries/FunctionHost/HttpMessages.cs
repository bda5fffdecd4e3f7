using System.Globalization;
using System.Text.Json;
using Gatehouse.FunctionHost.Protocol;
using Google.Protobuf;

namespace Gatehouse.FunctionHost;

/// <summary>Requests and responses as the Functions host and its workers exchange them.</summary>
internal static class HttpMessages
{
    /// <summary>The invocation that a request triggers.</summary>
    public static async Task<InvocationRequest> ReadAsync(HttpRequest request, LoadedFunction function)
    {
        var http = new RpcHttp { Method = request.Method, Url = UrlOf(request) };
        foreach (var (name, values) in request.Headers)
        {
            // The host writes names in lower case and joins several values.
            http.NullableHeaders.Add(name.ToLowerInvariant(), new NullableString { Value = values.ToString() });
        }

        foreach (var (name, values) in request.Query)
        {
            http.NullableQuery.Add(name, new NullableString { Value = values.ToString() });
        }

        foreach (var (name, value) in request.RouteValues)
        {
            if (value is not null)
            {
                http.NullableParams.Add(name, new NullableString { Value = value.ToString() });
            }
        }

        if (request.ContentLength > 0)
        {
            http.Body = new TypedData { Bytes = await ByteString.FromStreamAsync(request.Body) };
        }

        var invocation = new InvocationRequest
        {
            InvocationId = Guid.NewGuid().ToString(),
            FunctionId = function.Id,
            TraceContext = new RpcTraceContext { TraceParent = request.Headers.TraceParent.ToString(), TraceState = request.Headers.TraceState.ToString() },
            InputData = { new ParameterBinding { Name = function.TriggerName, Data = new TypedData { Http = http } } },
        };
        foreach (var (name, value) in ReadBindingData(request, http.Body))
        {
            invocation.TriggerMetadata.Add(name, new TypedData { String = value });
        }

        return invocation;
    }

    /// <summary>Sends the answer of a function.</summary>
    public static async Task WriteAsync(InvocationResponse invocation, LoadedFunction function, HttpResponse response)
    {
        if (invocation.Result.Status != StatusResult.Types.Status.Success)
        {
            response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        var http = FindAnswer(invocation, function);
        if (http is null && invocation.ReturnValue?.Http is { } returned)
        {
            await response.WriteAsJsonAsync(Describe(returned), response.HttpContext.RequestAborted);
            return;
        }

        if (http is null)
        {
            response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        response.StatusCode = int.Parse(http.StatusCode, CultureInfo.InvariantCulture);
        foreach (var (name, value) in http.Headers)
        {
            // Every body is sent in chunks.
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                response.Headers[name] = value;
            }
        }

        foreach (var cookie in http.Cookies)
        {
            AppendCookie(response, cookie);
        }

        if (MayHaveBody(response))
        {
            await StartAsync(response);
            await response.Body.WriteAsync(ReadBody(http.Body), response.HttpContext.RequestAborted);
        }
    }

    /// <summary>Ends an answer that was forwarded from the app. The app says only here that the function failed.</summary>
    public static async Task EndAsync(InvocationResponse invocation, HttpResponse response)
    {
        if (response.HasStarted)
        {
            return;
        }

        if (invocation.Result.Status != StatusResult.Types.Status.Success)
        {
            response.Clear();
            response.StatusCode = StatusCodes.Status500InternalServerError;
        }
        else if (MayHaveBody(response))
        {
            await StartAsync(response);
        }
    }

    // As in the Functions host (WorkerFunctionInvoker), the binding that the worker has declared decides.
    private static RpcHttp? FindAnswer(InvocationResponse invocation, LoadedFunction function) => function.HttpOutput is null or "$return"
        ? invocation.ReturnValue?.Http
        : invocation.OutputData.FirstOrDefault(output => output.Name == function.HttpOutput)?.Data?.Http;

    // An answer that a middleware sets as the result of a function with several outputs reaches no output. The host then sends
    // 200 with the object that stands for the answer (HttpBinding.SetResponse; azure-functions-dotnet-worker issue 765).
    private static Dictionary<string, object?> Describe(RpcHttp http) => new()
    {
        ["method"] = http.Method,
        ["query"] = http.Query,
        ["statusCode"] = http.StatusCode,
        ["headers"] = http.Headers,
        ["cookies"] = http.Cookies.Select(static cookie => cookie.Name),
        ["body"] = ReadBody(http.Body).ToArray(),
    };

    // Otherwise Kestrel would give a body that it knows as a whole a Content-Length.
    private static Task StartAsync(HttpResponse response) => response.StartAsync(response.HttpContext.RequestAborted);

    // Kestrel refuses to write a body to any other response.
    private static bool MayHaveBody(HttpResponse response) => !HttpMethods.IsHead(response.HttpContext.Request.Method) && response.StatusCode
        is >= StatusCodes.Status200OK and not (StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified);

    // HttpRequest.Host throws for a name such as "xn--a", so the URL is put together from the header.
    private static string UrlOf(HttpRequest request) =>
        $"{request.Scheme}://{request.Headers.Host}{request.PathBase.ToUriComponent()}{request.Path.ToUriComponent()}{request.QueryString.ToUriComponent()}";

    private static ReadOnlyMemory<byte> ReadBody(TypedData? body) => body?.DataCase switch
    {
        TypedData.DataOneofCase.Bytes => body.Bytes.Memory,
        TypedData.DataOneofCase.Stream => body.Stream.Memory,
        TypedData.DataOneofCase.String => System.Text.Encoding.UTF8.GetBytes(body.String),
        TypedData.DataOneofCase.Json => System.Text.Encoding.UTF8.GetBytes(body.Json),
        _ => default,
    };

    private static void AppendCookie(HttpResponse response, RpcHttpCookie cookie) => response.Cookies.Append(cookie.Name, cookie.Value, new CookieOptions
    {
        Domain = cookie.Domain?.Value,
        Path = cookie.Path is { } path ? path.Value : "/",
        Expires = cookie.Expires?.Value?.ToDateTimeOffset(),
        Secure = cookie.Secure?.Value ?? false,
        HttpOnly = cookie.HttpOnly?.Value ?? false,
        MaxAge = cookie.MaxAge is { } seconds ? TimeSpan.FromSeconds(seconds.Value) : null,
        SameSite = cookie.SameSite switch
        {
            RpcHttpCookie.Types.SameSite.Lax => SameSiteMode.Lax,
            RpcHttpCookie.Types.SameSite.Strict => SameSiteMode.Strict,
            RpcHttpCookie.Types.SameSite.None => SameSiteMode.None,
            _ => SameSiteMode.Unspecified,
        },
    });

    // The values that parameters of a function bind by name: the members of a JSON body, over them the query, over them
    // the route. The caller chooses all but the names of the route.
    private static Dictionary<string, string> ReadBindingData(HttpRequest request, TypedData? body)
    {
        var data = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var member in ReadMembers(body))
        {
            data[member.Name] = member.Value.ToString();
        }

        foreach (var (name, values) in request.Query)
        {
            data[name] = values.ToString();
        }

        foreach (var (name, value) in request.RouteValues)
        {
            if (value is not null)
            {
                data[name] = value.ToString()!;
            }
        }

        return data;
    }

    private static IEnumerable<JsonProperty> ReadMembers(TypedData? body)
    {
        try
        {
            return body is not null && JsonElement.Parse(body.Bytes.Span) is { ValueKind: JsonValueKind.Object } members
                ? members.EnumerateObject().Where(static member => member.Value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Null))
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
