using System.Globalization;
using System.Text.Json;
using Gatehouse.Local.Functions;
using Gatehouse.Tests.Integration.Worker.Protocol;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Tests.Integration.Worker;

/// <summary>Requests and responses as the Functions host and its workers hand them to each other.</summary>
internal static class WorkerHttp
{
    /// <summary>The invocation that a request triggers.</summary>
    /// <param name="request">The request.</param>
    /// <param name="function">The function's id.</param>
    /// <param name="trigger">The name of its trigger.</param>
    /// <param name="cancellationToken">Ends the reading of the body.</param>
    public static async Task<InvocationRequest> ReadAsync(HttpRequest request, string function, string trigger, CancellationToken cancellationToken)
    {
        var http = new RpcHttp { Method = request.Method, Url = RequestUrl.Write(request) };
        foreach (var (name, values) in request.Headers)
        {
            // In small letters, and several values as one.
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
            http.Body = new TypedData { Bytes = await ByteString.FromStreamAsync(request.Body, cancellationToken) };
        }

        var invocation = new InvocationRequest
        {
            InvocationId = Guid.NewGuid().ToString(),
            FunctionId = function,
            TraceContext = new RpcTraceContext { TraceParent = request.Headers.TraceParent.ToString() },
            InputData = { new ParameterBinding { Name = trigger, Data = new TypedData { Http = http } } },
        };
        foreach (var (name, value) in ReadBindingData(request, http.Body))
        {
            invocation.TriggerMetadata.Add(name, new TypedData { String = value });
        }

        return invocation;
    }

    /// <summary>Answers with what the worker has returned.</summary>
    public static async Task WriteAsync(InvocationResponse invocation, HttpResponse response)
    {
        if (invocation.Result.Status != StatusResult.Types.Status.Success)
        {
            // An exception that has left the pipeline.
            response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        var http = invocation.ReturnValue?.Http ?? invocation.OutputData.Select(static output => output.Data.Http).FirstOrDefault(static found => found is not null);
        if (http is null)
        {
            response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        response.StatusCode = int.Parse(http.StatusCode, CultureInfo.InvariantCulture);
        foreach (var (name, value) in http.Headers)
        {
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                response.Headers[name] = value;
            }
        }

        if (http.Body?.Bytes is { Length: > 0 } body && response.HttpContext.Request.Method != HttpMethods.Head)
        {
            // Every body is sent in chunks.
            await response.StartAsync(response.HttpContext.RequestAborted);
            await response.Body.WriteAsync(body.Memory, response.HttpContext.RequestAborted);
        }
    }

    // What a function's parameters can be bound to, by name: the members of a JSON body, over them the query, over them
    // the route. All but the route is the caller's choice.
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
