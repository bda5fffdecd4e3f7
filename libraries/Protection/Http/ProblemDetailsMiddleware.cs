using System.Globalization;
using Gatehouse.Keys;
using Gatehouse.Protection.DPoP;
using Gatehouse.Storage;
using Gatehouse.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Protection.Http;

/// <summary>
/// Turns every exception into an answer: a problem document (RFC 9457), or an OAuth error at an OAuth endpoint. Nothing
/// of an unforeseen exception is shown; the trace id finds it in the log.
/// </summary>
internal sealed class ProblemDetailsMiddleware(FunctionCatalog functions, ILogger<ProblemDetailsMiddleware> logger) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception caught)
        {
            // The worker hands an exception of an asynchronous function on inside an AggregateException when the function's
            // class is not public (azure-functions-dotnet-worker issue 993).
            var exception = caught is AggregateException { InnerExceptions: [var only] } ? only : caught;
            if (await context.GetHttpRequestDataAsync() is not { } request)
            {
                throw;
            }

            context.GetInvocationResult().Value = exception is OAuthException error
                ? await AnswerOAuthAsync(request, error)
                : await request.CreateProblemAsync(Describe(exception, context), functions.Find(context.FunctionDefinition.Name) is { IsOAuth: true });
        }
    }

    private static async Task<HttpResponseData> AnswerOAuthAsync(HttpRequestData request, OAuthException error)
    {
        var response = await request.CreateOAuthErrorAsync(error.Status, error.Error, error.Message);
        if (error.Challenge is not null)
        {
            response.SetHeader("WWW-Authenticate", error.Challenge);
        }

        response.SetNonce(error.ProofNonce);

        return response;
    }

    private Problem Describe(Exception exception, FunctionContext context)
    {
        var function = context.FunctionDefinition.Name;
        switch (exception)
        {
            case ProblemException { Problem: var problem }:
                return problem;

            case BadHttpRequestException badRequest:
                return new Problem(ProblemType.MalformedRequest, $"The request broke off or is malformed (status {badRequest.StatusCode}).");

            case OperationCanceledException or IOException when context.CancellationToken.IsCancellationRequested:
                logger.CallerGone(function);
                return Unavailable("The request was cancelled.", StorageUnavailableException.RetryAfter);

            case KeysUnavailableException:
                logger.Unavailable(exception, function);
                return Unavailable("The signing keys can't be read right now. Try again later.", KeysUnavailableException.RetryAfter);

            case HashingBusyException:
                logger.HashingBusy(function);
                return Unavailable("Too many sign-ins are waiting. Try again in a moment.", HashingBusyException.RetryAfter);

            case ProofMemoryFullException:
                logger.Unavailable(exception, function);
                return Unavailable("Too many proofs or assertions came lately. Try again in a moment.", ProofMemoryFullException.RetryAfter);

            case SecretSourceUnavailableException or StorageUnavailableException:
                logger.Unavailable(exception, function);
                return Unavailable("A service that is needed for this is away. Try again later.", StorageUnavailableException.RetryAfter);

            default:
                logger.Failed(exception, function);
                return new Problem(ProblemType.InternalError, "The error was logged; name the trace id when you report it.");
        }
    }

    private static Problem Unavailable(string detail, TimeSpan retryAfter) =>
        new Problem(ProblemType.Unavailable, detail)
            .With("Retry-After", ((int)Math.Ceiling(retryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture));
}
