using System.Net;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Gatehouse.Protection.Http;

/// <summary>A request as the worker reads it from the message of the Functions host, and the answer in the result of the invocation.</summary>
internal sealed class HttpRequestDataExchange(HttpRequestData request) : HttpExchange(request.FunctionContext)
{
    // The answer whose headers are set.
    private HttpResponseData? _answer;

    public override string Method => request.Method;

    public override Uri Url => request.Url;

    public override IPAddress? Peer => Context.Features.Get<IPAddress>();

    public override int? Status => (int?)FindAnswer()?.StatusCode;

    // NonValidated: the parsing of known headers costs time and drops what it can't parse.
    public override string? FindHeader(string name, out int lines)
    {
        if (!request.Headers.NonValidated.TryGetValues(name, out var values))
        {
            lines = 0;
            return null;
        }

        lines = values.Count;
        return values.ToString();
    }

    public override async Task ContinueAsync(FunctionExecutionDelegate next, Action<HttpExchange, object?> setHeaders, object? state = null)
    {
        await next(Context);
        _answer = FindAnswer();
        if (_answer is not null)
        {
            setHeaders(this, state);
        }
    }

    public override bool HasAnswerHeader(string name) => _answer!.Headers.NonValidated.Contains(name);

    public override void AddAnswerHeader(string name, string value) => _answer!.Headers.TryAddWithoutValidation(name, value);

    public override void SetAnswerHeader(string name, string value) => _answer!.SetHeader(name, value);

    public override async Task AnswerAsync(HttpAnswer answer) => SetResult(await request.CreateResponseAsync(answer));

    private HttpResponseData? FindAnswer() => FindResult() as HttpResponseData;
}
