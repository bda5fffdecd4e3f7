using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Protection.Http;

/// <summary>
/// Turns every exception into an answer. The answer reveals nothing of an unexpected exception; its trace id leads to
/// the log entry.
/// </summary>
internal sealed class ErrorMiddleware(IEnumerable<IProblemMapper> mappers, ILogger<ErrorMiddleware> logger) : HttpMiddleware
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private readonly IProblemMapper[] _mappers = [.. mappers];

    protected override async Task InvokeAsync(HttpExchange exchange, FunctionContext context, FunctionExecutionDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception caught)
        {
            // The worker wraps the exception of an asynchronous function in an AggregateException when the function's class
            // is not public (azure-functions-dotnet-worker issue 993).
            var exception = caught is AggregateException { InnerExceptions: [var only] } ? only : caught;
            await exchange.AnswerAsync(Describe(exception, context));
        }
    }

    private Problem Describe(Exception exception, FunctionContext context)
    {
        var function = context.FunctionDefinition.Name;
        switch (exception)
        {
            case ProblemException { Problem: var problem }:
                return problem;
            case OperationCanceledException or IOException when context.CancellationToken.IsCancellationRequested:
                logger.CallerGone(function);
                return Unavailable("The request was canceled.", RetryDelay);
            case ServiceUnavailableException { IsOverload: true } overload:
                logger.Overloaded(function, overload.Message);
                return Unavailable(overload.Detail, overload.RetryAfter);
            case ServiceUnavailableException unavailable:
                logger.Unavailable(exception, function);
                return Unavailable(unavailable.Detail, unavailable.RetryAfter);
        }

        foreach (var mapper in _mappers)
        {
            if (mapper.Find(exception) is { } problem)
            {
                return problem;
            }
        }

        logger.Failed(exception, function);
        return new Problem(ProblemType.InternalError, "The error was logged. Include the trace id when you report it.");
    }

    private static Problem Unavailable(string detail, TimeSpan retryAfter) =>
        new Problem(ProblemType.Unavailable, detail)
            .With("Retry-After", ((int)Math.Ceiling(retryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture));
}
