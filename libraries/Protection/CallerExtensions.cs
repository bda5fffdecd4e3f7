using Microsoft.Azure.Functions.Worker;

namespace Gatehouse.Protection;

internal static class CallerExtensions
{
    /// <summary>Who calls. Only for functions that are not open to anonymous callers.</summary>
    /// <exception cref="InvalidOperationException">The function lets anonymous callers in, so there may be no token.</exception>
    public static Caller GetCaller(this FunctionContext context) =>
        context.Features.Get<Caller>()
        ?? throw new InvalidOperationException($"{context.FunctionDefinition.Name} lets anonymous callers in; only a function with [Authorize] has a caller.");
}
