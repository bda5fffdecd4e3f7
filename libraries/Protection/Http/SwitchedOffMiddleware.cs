using Gatehouse.Api;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Gatehouse.Protection.Http;

/// <summary>
/// Keeps requests from functions that are switched off (<see cref="EnabledByAttribute"/>). The platform knows of them and
/// sends their requests here; their answer is that of a route that doesn't exist.
/// </summary>
internal sealed class SwitchedOffMiddleware(FunctionCatalog functions, UnknownRoute unknown) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (functions.IsSwitchedOff(context.FunctionDefinition.Name) && await context.GetHttpRequestDataAsync() is { } request)
        {
            context.GetInvocationResult().Value = await unknown.AnswerAsync(request);
            return;
        }

        await next(context);
    }
}
