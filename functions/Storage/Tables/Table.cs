using System.Net;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Storage.Tables;

/// <summary>
/// One table. No operation takes longer than <see cref="StorageCall.TimeLimit"/>. A write takes effect once, however often it was
/// sent. The first write creates a missing table.
/// </summary>
internal sealed class Table(TableClient client, TimeProvider time, ILogger<Table> logger)
{
    /// <summary>The most entities in one page of a query.</summary>
    public const int MaxPageSize = 1000;

    /// <summary>The most entities in one transaction.</summary>
    public const int MaxTransactionSize = 100;

    // Identifies the write that an entity comes from, so that a repeated write recognizes itself.
    private const string WriteId = "WriteId";

    private readonly StorageCall _call = new("Table Storage", client.Name, "Storage Table Data Contributor", time);

    /// <summary>A point read. Null when there is no such entity, or no table.</summary>
    public Task<TableEntity?> FindAsync(string partitionKey, string rowKey, CancellationToken cancellationToken) =>
        _call.AskAsync("read", async limited =>
        {
            var response = await client.GetEntityIfExistsAsync<TableEntity>(partitionKey, rowKey, cancellationToken: limited);
            return response.HasValue ? response.Value : null;
        }, cancellationToken);

    /// <summary>Adds an entity. Null when one with its keys exists.</summary>
    /// <returns>Its version.</returns>
    public Task<string?> TryAddAsync(TableEntity entity, CancellationToken cancellationToken) =>
        WriteAsync("add", entity, limited => client.AddEntityAsync(entity, limited), cancellationToken);

    /// <summary>Replaces an entity if it still has the version. Null when it was changed or removed.</summary>
    /// <returns>Its new version.</returns>
    public Task<string?> TryReplaceAsync(TableEntity entity, string version, CancellationToken cancellationToken) =>
        WriteAsync("replace", entity, limited => client.UpdateEntityAsync(entity, EntityVersion.ToETag(version), TableUpdateMode.Replace, limited), cancellationToken);

    /// <summary>Adds an entity, or replaces the existing one.</summary>
    public Task SetAsync(TableEntity entity, CancellationToken cancellationToken) =>
        WriteAsync("set", entity, limited => client.UpsertEntityAsync(entity, TableUpdateMode.Replace, limited), cancellationToken);

    /// <summary>
    /// Removes entities of one partition, all of them or none. False when one is missing, or the first no longer has
    /// the version.
    /// </summary>
    /// <param name="entities">At most 100; only their keys matter.</param>
    /// <param name="version">The version that the first must have; null for any.</param>
    /// <param name="cancellationToken">Ends the wait, not the removal.</param>
    public async Task<bool> TryRemoveAsync(IReadOnlyList<TableEntity> entities, string? version, CancellationToken cancellationToken)
    {
        var condition = version is null ? ETag.All : EntityVersion.ToETag(version);
        var actions = entities
            .Select((entity, index) => new TableTransactionAction(TableTransactionActionType.Delete, entity, index == 0 ? condition : ETag.All))
            .ToArray();
        var attempts = new WriteAttempts();
        using var scope = attempts.Begin();
        return await _call.AskAsync("remove", async limited =>
        {
            try
            {
                await client.SubmitTransactionAsync(actions, limited);
                return true;
            }
            catch (RequestFailedException exception) when (exception.Status == (int)HttpStatusCode.NotFound)
            {
                // The entity is gone, whether this request or another removed it.
                return attempts.IsRepeated;
            }
            catch (RequestFailedException exception) when (IsConflict(exception))
            {
                return false;
            }
        }, cancellationToken);
    }

    /// <summary>Performs several writes in one partition, all of them or none. Null when a condition did not hold.</summary>
    /// <returns>The new version of the entity of the first write.</returns>
    /// <param name="actions">At most 100. The first must write an entity, by which a repeated transaction recognizes itself.</param>
    /// <param name="cancellationToken">Ends the wait, not the transaction.</param>
    public Task<string?> TrySubmitAsync(IReadOnlyList<TableTransactionAction> actions, CancellationToken cancellationToken) =>
        WriteAsync("write", (TableEntity)actions[0].Entity, async limited => (await client.SubmitTransactionAsync(actions, limited)).Value[0], cancellationToken);

    /// <summary>Reads entities in the order of their keys, in as few requests as the storage allows, usually one.</summary>
    /// <param name="filter">A filter from <see cref="TableClient.CreateQueryFilter(FormattableString)"/>, which escapes values of callers.</param>
    /// <param name="limit">The most entities, up to <see cref="MaxPageSize"/>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task<TableQueryPage> QueryAsync(string filter, int limit, CancellationToken cancellationToken) =>
        _call.AskAsync("query", async limited =>
        {
            var entities = new List<TableEntity>();
            try
            {
                // The loop is needed because the storage may end a page early, at the end of its own partitions.
                await foreach (var page in client.QueryAsync<TableEntity>(filter, limit, cancellationToken: limited).AsPages())
                {
                    entities.AddRange(page.Values);
                    if (entities.Count >= limit || page.ContinuationToken is null)
                    {
                        return new TableQueryPage(entities, page.ContinuationToken is not null);
                    }
                }
            }
            catch (RequestFailedException exception) when (exception.ErrorCode == TableErrorCode.TableNotFound)
            {
                // A missing table means that nothing was written yet.
            }

            return new TableQueryPage(entities, HasMore: false);
        }, cancellationToken);

    // The table itself can cause 409 and 404 too.
    private static bool IsConflict(RequestFailedException exception) => (HttpStatusCode)exception.Status switch
    {
        HttpStatusCode.PreconditionFailed => true,
        HttpStatusCode.Conflict => exception.ErrorCode == TableErrorCode.EntityAlreadyExists,
        HttpStatusCode.NotFound => exception.ErrorCode != TableErrorCode.TableNotFound,
        _ => false,
    };

    private async Task<string?> WriteAsync(string operation, TableEntity entity, Func<CancellationToken, Task<Response>> write, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid().ToString("N");
        entity[WriteId] = id;
        var attempts = new WriteAttempts();
        using var scope = attempts.Begin();
        return await _call.AskAsync(operation, async limited =>
        {
            try
            {
                return EntityVersion.Of((await WriteOrCreateTableAsync(write, limited)).Headers.ETag!.Value);
            }
            catch (RequestFailedException exception) when (IsConflict(exception))
            {
                return attempts.IsRepeated ? await FindOwnWriteAsync(entity, id, limited) : null;
            }
        }, cancellationToken);
    }

    // Writes assume that the table exists; only the first can fail.
    private async Task<Response> WriteOrCreateTableAsync(Func<CancellationToken, Task<Response>> write, CancellationToken cancellationToken)
    {
        try
        {
            return await write(cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == TableErrorCode.TableNotFound)
        {
            // Several instances may do this at once; the call succeeds for each.
            await client.CreateIfNotExistsAsync(cancellationToken);
            logger.TableCreated(client.Name);
            return await write(cancellationToken);
        }
    }

    private async Task<string?> FindOwnWriteAsync(TableEntity entity, string id, CancellationToken cancellationToken)
    {
        var response = await client.GetEntityIfExistsAsync<TableEntity>(entity.PartitionKey, entity.RowKey, cancellationToken: cancellationToken);
        return response.HasValue && response.Value!.GetString(WriteId) == id ? EntityVersion.Of(response.Value.ETag) : null;
    }
}
