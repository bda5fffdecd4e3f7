using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Products;

/// <summary>Reads the query of a listing.</summary>
internal static class ProductListRequest
{
    public const int DefaultPageSize = 20;
    public const int MaxPageSize = 100;
    public const int MaxSearchLength = 100;

    private static readonly ProductQuery FirstPage = new(DefaultPageSize, After: null, Category: null, Search: null);

    /// <exception cref="ProblemException">400, with every parameter that is wrong.</exception>
    public static ProductQuery Read(HttpRequestData request)
    {
        if (request.Url.Query.Length <= 1)
        {
            return FirstPage;
        }

        var errors = new SortedDictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var name in request.ReadQueryNames())
        {
            if (name is not ("pageSize" or "cursor" or "category" or "search"))
            {
                errors[name] = ["This query parameter is unknown. Remove it."];
            }
            else if (request.Query[name] is null)
            {
                errors[name] = ["Give this query parameter a value."];
            }
        }

        var pageSize = ReadPageSize(request, errors);
        var category = ReadText(request, "category", ProductInput.MaxCategoryLength, errors);
        var search = ReadText(request, "search", MaxSearchLength, errors);
        string? after = null;
        if (request.FindQuery("cursor") is { } cursor && !ProductCursor.TryDecode(cursor, category, search, out after))
        {
            errors["cursor"] = ["This is not a cursor of this listing. Use nextCursor of the previous page, with the same category and search."];
        }

        return errors.Count == 0
            ? new ProductQuery(pageSize, after, category, search)
            : throw new ProblemException(new Problem(ProblemType.InvalidRequest, "Some query parameters are invalid; see errors.") { Errors = errors });
    }

    private static int ReadPageSize(HttpRequestData request, SortedDictionary<string, string[]> errors)
    {
        if (request.FindQuery("pageSize") is not { } text)
        {
            return DefaultPageSize;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is >= 1 and <= MaxPageSize)
        {
            return size;
        }

        errors["pageSize"] = [$"This must be a whole number from 1 to {MaxPageSize}."];
        return DefaultPageSize;
    }

    private static string? ReadText(HttpRequestData request, string name, int maxLength, SortedDictionary<string, string[]> errors)
    {
        var text = request.FindQuery(name)?.Trim();
        if (text is not null && (text.Length == 0 || text.Length > maxLength || !PlainText.IsPlain(text)))
        {
            errors[name] = [$"This must have 1 to {maxLength} characters and no control characters."];
        }

        return text;
    }
}

/// <summary>The parameters of a listing.</summary>
internal sealed record ProductListParameters
{
    /// <summary>The most products of a page.</summary>
    [Range(1, ProductListRequest.MaxPageSize)]
    [DefaultValue(ProductListRequest.DefaultPageSize)]
    public int? PageSize { get; init; }

    /// <summary><c>nextCursor</c> of the previous page, with the same <c>category</c> and <c>search</c>.</summary>
    [RegularExpression("^[A-Za-z0-9_-]{32}$")]
    public string? Cursor { get; init; }

    /// <summary>The exact category of the products.</summary>
    [StringLength(ProductInput.MaxCategoryLength, MinimumLength = 1)]
    public string? Category { get; init; }

    /// <summary>A part of the products' names, ignoring case.</summary>
    [StringLength(ProductListRequest.MaxSearchLength, MinimumLength = 1)]
    public string? Search { get; init; }
}
