using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Gatehouse.Access;
using Gatehouse.OpenApi;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Tokens.Clients;

/// <summary>Lists stored clients, a page at a time.</summary>
[RequiresService(typeof(ClientAdministration))]
internal sealed class ListClientsFunction(IClientStore clients)
{
    /// <summary>The clients of a page without <c>pageSize</c>.</summary>
    public const int DefaultPageSize = 20;

    /// <summary>The most clients of a page.</summary>
    public const int MaxPageSize = 100;

    /// <summary>List clients</summary>
    /// <remarks>
    /// Lists one page at a time, in no particular order. The next page is at the URL in <c>Link</c>, or at the same URL with
    /// <c>cursor</c> set to <c>nextCursor</c>. Clients of the configuration are not shown.
    /// </remarks>
    [Function("ListClients")]
    [Authorize(Policy = Scopes.ClientsRead)]
    [Operation("Clients")]
    [Query<ClientListParameters>]
    [Answer<ClientPageDocument>(200, "A page.", "Link: NextPage")]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "clients")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var (pageSize, after) = ReadQuery(request);
        var page = await clients.ListAsync(after, pageSize, cancellationToken);
        var next = page.HasMore ? page.Clients[^1].Id : null;
        var response = await request.JsonAsync(
            new ClientPageDocument([.. page.Clients.Select(static client => ClientDocument.Of(client, secret: null))], next), ClientsJsonContext.Default.ClientPageDocument);
        if (next is not null)
        {
            response.SetHeader("Link", $"</clients?pageSize={pageSize}&cursor={next}>; rel=\"next\"");
        }

        return response;
    }

    private static (int PageSize, string? After) ReadQuery(HttpRequestData request)
    {
        var errors = request.ReadQueryNames()
            .Where(static name => name is not ("pageSize" or "cursor"))
            .ToDictionary(static name => name, static _ => new[] { "This query parameter is unknown. Remove it." }, StringComparer.Ordinal);
        var pageSize = DefaultPageSize;
        if (request.FindQuery("pageSize") is { } text
            && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out pageSize) && pageSize is >= 1 and <= MaxPageSize))
        {
            errors["pageSize"] = [$"This must be a whole number from 1 to {MaxPageSize}."];
        }

        // The cursor is the id of the last client of the page before.
        var after = request.FindQuery("cursor");
        if (after is not null && !StoredClient.IsId(after))
        {
            errors["cursor"] = ["This is not a cursor of this listing. Use nextCursor of the previous page."];
        }

        return errors.Count == 0
            ? (pageSize, after)
            : throw new ProblemException(new Problem(ProblemType.InvalidRequest, "Some query parameters are invalid; see errors.") { Errors = errors });
    }
}

/// <summary>The parameters of a listing.</summary>
internal sealed record ClientListParameters
{
    /// <summary>The most clients of a page.</summary>
    [Range(1, ListClientsFunction.MaxPageSize)]
    [DefaultValue(ListClientsFunction.DefaultPageSize)]
    public int? PageSize { get; init; }

    /// <summary><c>nextCursor</c> of the previous page.</summary>
    [RegularExpression("^[A-Za-z0-9._-]{1,128}$")]
    public string? Cursor { get; init; }
}
