using Microsoft.Azure.Functions.Worker.Converters;

namespace Gatehouse.Protection.Http;

/// <summary>
/// Binds the <see cref="CancellationToken"/> parameter of a function to its invocation. The worker's own converter
/// does that too, but earlier converters try the query and the members of a JSON body first: any caller could cause a
/// 500 with <c>?cancellationToken=x</c>.
/// </summary>
internal sealed class InvocationCancellation : IInputConverter
{
    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context) =>
        new(context.TargetType == typeof(CancellationToken) ? ConversionResult.Success(context.FunctionContext.CancellationToken) : ConversionResult.Unhandled());
}
