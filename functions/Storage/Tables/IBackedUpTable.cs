using Azure.Data.Tables;

namespace Gatehouse.Storage.Tables;

/// <summary>
/// A table as a backup sees it. Only the entities that other entities follow from are kept: an index that is read a moment
/// before or after its data need not match it, so the restore makes it again.
/// </summary>
internal interface IBackedUpTable
{
    /// <summary>The name, without the prefix.</summary>
    string Name { get; }

    /// <summary>The filter of the entities to keep; null for all.</summary>
    string? Filter { get; }

    /// <summary>Writes an entity, and what follows from it. Writing it again changes nothing.</summary>
    Task RestoreAsync(TableEntity entity, CancellationToken cancellationToken);
}
