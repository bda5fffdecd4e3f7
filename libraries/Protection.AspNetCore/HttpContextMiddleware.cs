using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Gatehouse.Protection.AspNetCore;

/// <summary>The outermost middleware of the package: gives the others the <c>HttpContext</c> that the integration brings.</summary>
internal sealed class HttpContextMiddleware : IFunctionsWorkerMiddleware
{
    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is { } http)
        {
            context.Features.Set<HttpExchange>(new HttpContextExchange(http, context));
        }
        else if (context.FunctionDefinition.InputBindings.Values.Any(static binding => binding.Type.Equals("httpTrigger", StringComparison.OrdinalIgnoreCase)))
        {
            // Other middleware would take the request for one of another trigger, and let it through.
            throw new InvalidOperationException($"The request to {context.FunctionDefinition.Name} has no HttpContext, so it is refused. Call ConfigureFunctionsWebApplication() once, and before AddGatehouseProtection().");
        }

        return next(context);
    }
}
