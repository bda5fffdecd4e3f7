using Microsoft.Azure.Functions.Worker.Converters;

namespace Gatehouse.Protection.Http;

/// <summary>
/// Binds a <see cref="CancellationToken"/> of a function to its invocation. The worker's own converter does that too, but
/// the host offers the query and the members of a JSON body as values for parameters, and converters before it try what
/// they find: <c>?cancellationToken=x</c> would be a 500 that anybody can cause.
/// </summary>
internal sealed class InvocationCancellation : IInputConverter
{
    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context) =>
        new(context.TargetType == typeof(CancellationToken) ? ConversionResult.Success(context.FunctionContext.CancellationToken) : ConversionResult.Unhandled());
}
