using System.Globalization;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Protection.Http;

/// <summary>Reads the query of a listing, and collects the faults of all its parameters.</summary>
internal sealed class ListRequest
{
    public const int DefaultPageSize = 20;
    public const int MaxPageSize = 100;

    private readonly SortedDictionary<string, string[]> _errors = new(StringComparer.Ordinal);
    private readonly HttpRequestData _request;

    /// <param name="request">The request.</param>
    /// <param name="parameters">The parameters of the listing; any other is a fault.</param>
    public ListRequest(HttpRequestData request, params string[] parameters)
    {
        _request = request;
        foreach (var name in request.ReadQueryNames())
        {
            if (!parameters.Contains(name))
            {
                AddError(name, "This query parameter is unknown. Remove it.");
            }
            else if (request.Query[name] is null)
            {
                AddError(name, "Give this query parameter a value.");
            }
        }
    }

    /// <summary>The most items of the page.</summary>
    public int ReadPageSize()
    {
        if (_request.FindQuery("pageSize") is not { } text)
        {
            return DefaultPageSize;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is >= 1 and <= MaxPageSize)
        {
            return size;
        }

        AddError("pageSize", $"This must be a whole number from 1 to {MaxPageSize}.");
        return DefaultPageSize;
    }

    /// <summary>A string without control characters and without white space around it; null when it is missing or invalid.</summary>
    public string? FindText(string name, int maxLength)
    {
        var text = _request.FindQuery(name)?.Trim();
        if (text is null || (text.Length > 0 && text.Length <= maxLength && PlainText.IsPlain(text)))
        {
            return text;
        }

        AddError(name, $"This must have 1 to {maxLength} characters and no control characters.");
        return null;
    }

    public void AddError(string name, string message) => _errors[name] = [message];

    /// <exception cref="ProblemException">400, with every parameter that is wrong.</exception>
    public void ThrowIfInvalid()
    {
        if (_errors.Count > 0)
        {
            throw new ProblemException(new Problem(ProblemType.InvalidRequest, "Some query parameters are invalid; see errors.") { Errors = _errors });
        }
    }
}
