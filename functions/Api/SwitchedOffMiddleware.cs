using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Gatehouse.Api;

/// <summary>
/// Answers requests to functions whose service is not registered (<see cref="RequiresServiceAttribute"/>) like those
/// to an unknown route. The platform knows these functions and sends their requests here.
/// </summary>
internal sealed class SwitchedOffMiddleware(FunctionCatalog functions, UnknownRoute unknown) : HttpMiddleware
{
    protected override async Task InvokeAsync(HttpExchange exchange, FunctionContext context, FunctionExecutionDelegate next)
    {
        if (functions.IsSwitchedOff(context.FunctionDefinition.Name))
        {
            context.GetInvocationResult().Value = await unknown.AnswerAsync((await context.GetHttpRequestDataAsync())!);
            return;
        }

        await next(context);
    }
}
