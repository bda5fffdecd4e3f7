using Azure.Data.Tables;

namespace Gatehouse.Storage.Tables;

/// <summary>What a query has found.</summary>
/// <param name="Entities">In the order of their keys; a few more than the limit where the storage ended a page early.</param>
/// <param name="HasMore">Whether more may follow.</param>
internal readonly record struct TableQueryPage(IReadOnlyList<TableEntity> Entities, bool HasMore);
