using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Products;

/// <summary>Reads the query of a listing.</summary>
internal static class ProductListRequest
{
    public const int DefaultPageSize = ListRequest.DefaultPageSize;
    public const int MaxPageSize = ListRequest.MaxPageSize;
    public const int MaxSearchLength = 100;

    private static readonly ProductQuery FirstPage = new(DefaultPageSize, After: null, Category: null, Search: null);

    /// <exception cref="ProblemException">400, with every parameter that is wrong.</exception>
    public static ProductQuery Read(HttpRequestData request)
    {
        if (request.Url.Query.Length <= 1)
        {
            return FirstPage;
        }

        var list = new ListRequest(request, "pageSize", "cursor", "category", "search");
        var pageSize = list.ReadPageSize();
        var category = list.FindText("category", ProductInput.MaxCategoryLength);
        var search = list.FindText("search", MaxSearchLength);
        string? after = null;
        if (request.FindQuery("cursor") is { } cursor && !ProductCursor.TryDecode(cursor, category, search, out after))
        {
            list.AddError("cursor", "This is not a cursor of this listing. Use nextCursor of the previous page, with the same category and search.");
        }

        list.ThrowIfInvalid();
        return new ProductQuery(pageSize, after, category, search);
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
