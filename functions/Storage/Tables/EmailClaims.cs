using Azure.Data.Tables;
using Gatehouse.Users;

namespace Gatehouse.Storage.Tables;

/// <summary>
/// A row for each verified address, which names its user, so that no two users have one address. A user claims the row before the
/// write that verifies the address, and releases it after the write that gives the address up. A row whose user hasn't the address is
/// left of a write that failed; after an hour, longer than any request runs, another user may take it.
/// </summary>
internal sealed class EmailClaims(Table table, TimeProvider time)
{
    private const string RowKey = "claim";

    private static readonly TimeSpan IsLeftAfter = TimeSpan.FromHours(1);

    /// <summary>The claim of an address, by the <see cref="TableKey"/> of the address; null when no user has it.</summary>
    public Task<TableEntity?> FindAsync(string emailHash, CancellationToken cancellationToken) => table.FindAsync(Partition(emailHash), RowKey, cancellationToken);

    /// <summary>Claims the verified address of a user, if there is one.</summary>
    /// <param name="user">The user.</param>
    /// <param name="findClaimant">Finds the user of a claim.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="EmailTakenException">Another user has it.</exception>
    public async Task ClaimAsync(User user, Func<TableEntity, CancellationToken, Task<User?>> findClaimant, CancellationToken cancellationToken)
    {
        if (user.VerifiedEmail is not { } email)
        {
            return;
        }

        var hash = TableKey.Of(email.Value);
        var claim = new TableEntity(Partition(hash), RowKey) { [UserIndex.NameKey] = TableKey.Of(user.Name.Key), [UserIndex.Id] = user.Id };
        if (await table.TryAddAsync(claim, cancellationToken) is not null)
        {
            return;
        }

        // Written again even if it is the user's own: it may be old, and another user may be about to take it.
        if (await FindAsync(hash, cancellationToken) is not { } present
            || !(present.ReadText(UserIndex.Id) == user.Id || await IsLeftAsync(present))
            || await table.TryReplaceAsync(claim, EntityVersion.Of(present.ETag), cancellationToken) is null)
        {
            throw new EmailTakenException();
        }

        async Task<bool> IsLeftAsync(TableEntity present) =>
            time.GetUtcNow() - present.Timestamp > IsLeftAfter && (await findClaimant(present, cancellationToken))?.VerifiedEmail != email;
    }

    /// <summary>Releases an address that a user has given up.</summary>
    /// <param name="emailHash">The <see cref="TableKey"/> of the address; empty for none.</param>
    /// <param name="id">The user, whose claim it must be.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task ReleaseAsync(string emailHash, string id, CancellationToken cancellationToken)
    {
        if (emailHash.Length > 0 && await FindAsync(emailHash, cancellationToken) is { } claim && claim.ReadText(UserIndex.Id) == id)
        {
            await table.TryRemoveAsync([claim], EntityVersion.Of(claim.ETag), cancellationToken);
        }
    }

    // The index looks for users in partitions below "g".
    private static string Partition(string emailHash) => $"mail-{emailHash}";
}
