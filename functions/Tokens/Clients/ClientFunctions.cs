using System.Net;
using Gatehouse.Access;
using Gatehouse.OpenApi;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Gatehouse.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens.Clients;

/// <summary>Administers stored clients.</summary>
[RequiresService(typeof(ClientAdministration))]
internal sealed class ClientFunctions(IClientStore clients, ClientAdministration administration, IOptions<TokensOptions> tokens, Challenge challenge)
{
    private const string Route = "clients/{clientId}";

    /// <summary>Add a client</summary>
    /// <remarks>
    /// Without keys and identity the client gets a secret, which no other answer shows again. Nobody adds a client with scopes beyond
    /// those of their own token.
    /// </remarks>
    [Function("CreateClient")]
    [Authorize(Policy = Scopes.ClientsWrite)]
    [Operation("Clients")]
    [Body<NewClient>]
    [Answer<ClientDocument>(201, "The new client, with its secret if it has one.", "ETag", "Location")]
    [Failure(409, "Conflict")]
    public async Task<HttpResponseData> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "clients")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request);
        var id = body.RequiredString("id", StoredClient.MaxIdLength);
        if (id.Length > 0 && (!StoredClient.IsId(id) || id == Sessions.FirstPartyClientId))
        {
            body.AddError("id", $"A client id must be letters, digits, dots, dashes and underscores. It must not be '{Sessions.FirstPartyClientId}', or 32 hex digits as the ids of users are.");
        }

        if (!body.Has("scopes"))
        {
            body.AddError("scopes", "This field must be a list of at least one scope.");
        }

        var input = ClientInput.Read(body, tokens.Value);
        body.ThrowIfInvalid();
        var created = await request.ActAsync(challenge, by => administration.CreateAsync(id, input, by, cancellationToken));
        var response = await ShowAsync(request, HttpStatusCode.Created, created.Client, created.Secret);
        response.SetHeader("Location", $"/clients/{id}");
        return response;
    }

    /// <summary>Read a client</summary>
    /// <remarks>Use its <c>ETag</c> to change or remove the client. Clients of the configuration are not shown.</remarks>
    /// <param name="clientId" example="importer">The client's id.</param>
    [Function("GetClient")]
    [Authorize(Policy = Scopes.ClientsRead)]
    [Operation("Clients")]
    [Answer<ClientDocument>(200, "The client.", "ETag")]
    public async Task<HttpResponseData> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = Route)] HttpRequestData request,
        string clientId,
        CancellationToken cancellationToken) =>
        await ShowAsync(request, HttpStatusCode.OK, await FindAsync(clientId, cancellationToken));

    /// <summary>Change a client, or remove a secret</summary>
    /// <remarks>Members that are not sent stay unchanged. The current access tokens of the client are revoked.</remarks>
    /// <param name="clientId" example="importer">The client's id.</param>
    [Function("ChangeClient")]
    [Authorize(Policy = Scopes.ClientsWrite)]
    [Operation("Clients")]
    [RequiresMatch]
    [Body<ClientChange>]
    [Answer<ClientDocument>(200, "The changed client.", "ETag")]
    public async Task<HttpResponseData> ChangeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = Route)] HttpRequestData request,
        string clientId,
        CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request);
        var input = ClientInput.Read(body, tokens.Value);
        var kept = body.OptionalStrings("secrets", StoredClient.MaxSecrets);
        body.ThrowIfInvalid();
        var client = await FindAsync(clientId, cancellationToken);
        Precondition.RequireMatch(request, client.Version!);
        if (!kept.IsDefault && kept.FirstOrDefault(id => !client.Secrets.Any(secret => secret.Id == id)) is { } unknown)
        {
            body.AddError("secrets", $"The client has no secret '{unknown}'. List the ids of the secrets that stay.");
            body.ThrowIfInvalid();
        }

        var changed = input.ApplyTo(client) with
        {
            Secrets = kept.IsDefault ? client.Secrets : [.. client.Secrets.Where(secret => kept.Contains(secret.Id))],
        };
        return await ShowAsync(request, HttpStatusCode.OK, await request.ActAsync(challenge, by => administration.ChangeAsync(client, changed, by, cancellationToken)));
    }

    /// <summary>Add a secret to a client</summary>
    /// <remarks>
    /// A client has at most two secrets: the current one, and the next one while the client is switched over. A client with keys or an
    /// identity may have them beside these. The answer shows the new secret; no other answer shows it again.
    /// </remarks>
    /// <param name="clientId" example="importer">The client's id.</param>
    [Function("AddClientSecret")]
    [Authorize(Policy = Scopes.ClientsWrite)]
    [Operation("Clients")]
    [RequiresMatch]
    [Answer<ClientDocument>(201, "The client, with its new secret.", "ETag")]
    [Failure(409, "Conflict")]
    public async Task<HttpResponseData> AddSecretAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/secrets")] HttpRequestData request,
        string clientId,
        CancellationToken cancellationToken)
    {
        var client = await FindAsync(clientId, cancellationToken);
        Precondition.RequireMatch(request, client.Version!);
        var added = await request.ActAsync(challenge, by => administration.AddSecretAsync(client, by, cancellationToken));
        return await ShowAsync(request, HttpStatusCode.Created, added.Client, added.Secret);
    }

    /// <summary>Remove a client</summary>
    /// <remarks>Its access tokens are revoked.</remarks>
    /// <param name="clientId" example="importer">The client's id.</param>
    [Function("DeleteClient")]
    [Authorize(Policy = Scopes.ClientsWrite)]
    [Operation("Clients")]
    [RequiresMatch]
    [Answer(204, "The client was removed.")]
    public async Task<HttpResponseData> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Route)] HttpRequestData request,
        string clientId,
        CancellationToken cancellationToken)
    {
        var client = await FindAsync(clientId, cancellationToken);
        Precondition.RequireMatch(request, client.Version!);
        await request.ActAsync(challenge, by => administration.RemoveAsync(client, by, cancellationToken));
        return request.CreateResponse(HttpStatusCode.NoContent);
    }

    private async Task<StoredClient> FindAsync(string id, CancellationToken cancellationToken) =>
        StoredClient.IsId(id) && await clients.FindAsync(id, cancellationToken) is { } client
            ? client with { LastUsedAt = await clients.FindLastUseAsync(id, cancellationToken) }
            : throw new ProblemException(ProblemType.NotFound, "There is no stored client with this id. Clients of the configuration are not shown.");

    private static async Task<HttpResponseData> ShowAsync(HttpRequestData request, HttpStatusCode status, StoredClient client, string? secret = null)
    {
        var response = await request.JsonAsync(ClientDocument.Of(client, secret), ClientsJsonContext.Default.ClientDocument, status);
        response.SetHeader("ETag", EntityTag.Of(client.Version!));
        return response;
    }
}
