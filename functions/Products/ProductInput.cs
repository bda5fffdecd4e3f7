using System.ComponentModel.DataAnnotations;
using Gatehouse.Protection.Http;

namespace Gatehouse.Products;

/// <summary>The fields of a product that a client may set.</summary>
/// <param name="Name">The name.</param>
/// <param name="Description">The description.</param>
/// <param name="Category">The category, by which listings can be filtered.</param>
/// <param name="Price">The price in units of <c>currency</c>, with up to four decimals, the most of any currency in ISO 4217.</param>
/// <param name="Currency">The currency (ISO 4217).</param>
/// <example>
/// {"name": "Desk Lamp", "description": "Warm to cold light, held by a joint that stays where it is put.", "category": "Office",
/// "price": 89.0, "currency": "EUR"}
/// </example>
internal sealed record ProductInput(
    [property: StringLength(ProductInput.MaxNameLength, MinimumLength = 1)] string Name,
    [property: StringLength(ProductInput.MaxDescriptionLength, MinimumLength = 1)] string? Description,
    [property: StringLength(ProductInput.MaxCategoryLength, MinimumLength = 1)] string Category,
    [property: Range(0, ProductInput.MaxPrice)] decimal Price,
    [property: RegularExpression(ProductInput.CurrencyPattern)] string Currency)
{
    public const int MaxNameLength = 200;
    public const int MaxDescriptionLength = 4000;
    public const int MaxPrice = 1_000_000_000;
    public const string CurrencyPattern = "^[A-Z]{3}$";

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
