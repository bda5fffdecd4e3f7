using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Gatehouse.Protection.AspNetCore;

/// <summary>
/// The innermost middleware of the package: makes the caller <c>HttpContext.User</c>, and executes the result of the function.
/// The integration would execute it outside of all middleware, where nothing answers its exceptions.
/// </summary>
internal sealed class ResultMiddleware : HttpMiddleware
{
    protected override async Task InvokeAsync(HttpExchange exchange, FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.FindCaller() is { } caller)
        {
            context.GetHttpContext()!.User = CallerPrincipal.Of(caller);
        }

        await next(context);
        await ((HttpContextExchange)exchange).ExecuteResultAsync();
    }
}
