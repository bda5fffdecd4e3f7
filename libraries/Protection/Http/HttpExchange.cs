using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Gatehouse.Protection.Http;

/// <summary>
/// A request and its answer. Middleware uses only this type, so it works in apps with HttpRequestData and in apps with
/// ASP.NET Core integration.
/// </summary>
internal abstract class HttpExchange(FunctionContext context)
{
    /// <summary>The invocation.</summary>
    public FunctionContext Context { get; } = context;

    /// <summary>The HTTP method.</summary>
    public abstract string Method { get; }

    /// <summary>The URL that the function sees.</summary>
    /// <exception cref="UriFormatException">The <c>Host</c> header can't be part of a URL.</exception>
    public abstract Uri Url { get; }

    /// <summary>The address of the connection; null when the host does not tell it.</summary>
    public abstract IPAddress? Peer { get; }

    /// <summary>All entries of <c>X-Forwarded-For</c>; null when there are none.</summary>
    public virtual string? ForwardedFor => FindHeader("X-Forwarded-For", out _);

    /// <summary>The address of the caller, once <see cref="ClientAddresses"/> has found it.</summary>
    public ClientAddress? Client { get; set; }

    /// <summary>The status of the answer; null when there is no answer yet.</summary>
    public abstract int? Status { get; }

    /// <summary>A header, its lines joined (RFC 9110 §5.3); null when it is missing.</summary>
    /// <param name="name">The name.</param>
    /// <param name="lines">How many lines the header has.</param>
    public abstract string? FindHeader(string name, out int lines);

    /// <summary>The one value of a header; null when the header is missing or comes more than once.</summary>
    public string? FindHeader(string name) => FindHeader(name, out var lines) is { } value && lines == 1 ? value : null;

    /// <summary>Runs the rest of the pipeline, then sets headers of the answer before it is sent.</summary>
    /// <param name="next">The rest of the pipeline.</param>
    /// <param name="setHeaders">Sets the headers, if there is an answer. It gets the state.</param>
    /// <param name="state">For <paramref name="setHeaders"/>.</param>
    public abstract Task ContinueAsync(FunctionExecutionDelegate next, Action<HttpExchange, object?> setHeaders, object? state = null);

    /// <summary>Whether the answer has a header. For use while headers are set.</summary>
    public abstract bool HasAnswerHeader(string name);

    /// <summary>Adds a line to a header of the answer. For use while headers are set.</summary>
    public abstract void AddAnswerHeader(string name, string value);

    /// <summary>Sets a header of the answer, replacing earlier values. For use while headers are set.</summary>
    public abstract void SetAnswerHeader(string name, string value);

    /// <summary>Answers the request, in place of an earlier answer.</summary>
    public abstract Task AnswerAsync(HttpAnswer answer);

    /// <summary>Answers a failure, in the form that the function's callers expect.</summary>
    public Task AnswerAsync(Problem problem) => AnswerAsync(HttpAnswer.Of(problem, Context));

    /// <summary>The answer in the result of the invocation. Null before it is answered.</summary>
    protected object? FindResult() => Context.GetInvocationResult().Value ?? FindOutput()?.Value;

    /// <summary>Puts an answer into the result of the invocation.</summary>
    protected void SetResult(object answer)
    {
        // The host takes the answer of a function with several outputs from the HTTP output; as the return value, the answer
        // would become a 200 with the answer as JSON (azure-functions-dotnet-worker issue 765).
        var output = FindOutput();
        if (output is not null)
        {
            output.Value = answer;
        }

        Context.GetInvocationResult().Value = output is null ? answer : null;
    }

    /// <summary>The HTTP output of a function with several outputs.</summary>
    private OutputBindingData<object>? FindOutput() =>
        Context.GetOutputBindings<object>().FirstOrDefault(static output => output.Name != "$return" && output.BindingType.Equals("http", StringComparison.OrdinalIgnoreCase));
}
