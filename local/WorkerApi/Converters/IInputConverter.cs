namespace Microsoft.Azure.Functions.Worker.Converters;

/// <summary>Makes the value of a function's parameter.</summary>
public interface IInputConverter
{
    ValueTask<ConversionResult> ConvertAsync(ConverterContext context);
}
