using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Gatehouse.Access;
using Gatehouse.OpenApi;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Tokens.Clients;

/// <summary>Lists stored clients, a page at a time.</summary>
[RequiresService(typeof(ClientAdministration))]
internal sealed class ListClientsFunction(IClientStore clients)
{
    /// <summary>List clients</summary>
    /// <remarks>
    /// Lists one page at a time, in no particular order. The next page is at the same URL with <c>cursor</c> set to
    /// <c>nextCursor</c>. Clients of the configuration are not shown.
    /// </remarks>
    [Function("ListClients")]
    [Authorize(Policy = Scopes.ClientsRead)]
    [Operation("Clients")]
    [Query<ClientListParameters>]
    [Answer<ClientPageDocument>(200, "A page.")]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "clients")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var list = new ListRequest(request, "pageSize", "cursor");
        var pageSize = list.ReadPageSize();

        // The cursor is the id of the last client of the page before.
        var after = request.FindQuery("cursor");
        if (after is not null && !StoredClient.IsId(after))
        {
            list.AddError("cursor", "This is not a cursor of this listing. Use nextCursor of the previous page.");
        }

        list.ThrowIfInvalid();
        var page = await clients.ListAsync(after, pageSize, cancellationToken);
        return await request.JsonAsync(
            new ClientPageDocument([.. page.Items.Select(static client => ClientDocument.Of(client, secret: null))], page.Next), ClientsJsonContext.Default.ClientPageDocument);
    }
}

/// <summary>The parameters of a listing.</summary>
internal sealed record ClientListParameters
{
    /// <summary>The most clients of a page.</summary>
    [Range(1, ListRequest.MaxPageSize)]
    [DefaultValue(ListRequest.DefaultPageSize)]
    public int? PageSize { get; init; }

    /// <summary><c>nextCursor</c> of the previous page.</summary>
    [RegularExpression("^[A-Za-z0-9._-]{1,128}$")]
    public string? Cursor { get; init; }
}
