using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Gatehouse.Storage;

/// <summary>Gives each request its <see cref="StorageBudget"/>.</summary>
internal sealed class StorageBudgetMiddleware(TimeProvider time) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        StorageBudget.Begin(time);
        await next(context);
    }
}
