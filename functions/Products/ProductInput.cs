using Gatehouse.Protection.Http;

namespace Gatehouse.Products;

/// <summary>The fields of a product that a client may set.</summary>
internal sealed record ProductInput(string Name, string? Description, string Category, decimal Price, string Currency)
{
    private const int MaxNameLength = 200;
    private const int MaxDescriptionLength = 4000;
    private const int MaxPrice = 1_000_000_000;

    // The most decimals of a currency in ISO 4217: the dinars have three, the Unidad de Fomento four.
    private const int MaxDecimals = 4;

    /// <summary>The longest category, in UTF-16 code units.</summary>
    public const int MaxCategoryLength = 100;

    /// <summary>Reads the fields from a body.</summary>
    /// <exception cref="ProblemException">400, with every field that is wrong.</exception>
    public static ProductInput Read(JsonBody body)
    {
        var input = new ProductInput(
            body.RequiredString("name", MaxNameLength),
            body.OptionalString("description", MaxDescriptionLength),
            body.RequiredString("category", MaxCategoryLength),
            body.RequiredDecimal("price", 0, MaxPrice, MaxDecimals),
            ReadCurrency(body));
        body.ThrowIfInvalid();
        return input;
    }

    private static string ReadCurrency(JsonBody body)
    {
        var currency = body.RequiredString("currency", maxLength: 3);
        if (currency.Length > 0 && !(currency.Length == 3 && currency.All(char.IsAsciiLetterUpper)))
        {
            body.AddError("currency", "This field must be an ISO 4217 code: three capital letters, such as EUR.");
        }

        return currency;
    }
}
