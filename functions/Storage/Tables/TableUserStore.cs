using Azure.Data.Tables;
using Gatehouse.Users;

namespace Gatehouse.Storage.Tables;

/// <summary>
/// Users, each a partition of its own: PartitionKey is the hash of the name's key, RowKey <c>user</c>. Beside them, for
/// each role, a partition with the ids of those who have or had it, so that looking for an administrator does not read
/// every user. Such a mark is written before the user gets the role and says nothing by itself: who reads it looks at the user.
/// And one entity that is nobody, which is written where no user may be.
/// </summary>
internal sealed class TableUserStore(Table table, TimeProvider time) : IUserStore
{
    private const string RowKey = "user";
    private const string NameKey = "NameKey";
    private const int MarksAtOnce = Table.MaxTransactionSize;

    // A mark comes before its user. One without a user that is older than any request can be will not get one any more.
    private static readonly TimeSpan MarkIsLeftAfter = TimeSpan.FromHours(1);

    // No user's partition: those are hex digits.
    private const string NobodyPartition = "nobody";

    public async Task<User?> FindAsync(UserName name, CancellationToken cancellationToken) =>
        await table.FindAsync(TableKey.Of(name.Key), RowKey, cancellationToken) is { } entity ? Read(entity) : null;

    public async Task<User?> TryAddAsync(User user, CancellationToken cancellationToken)
    {
        await MarkRolesAsync(user, cancellationToken);
        if (await table.TryAddAsync(Write(user), cancellationToken) is { } version)
        {
            return WithVersion(user, version);
        }

        // Unless it is this very user: a first try whose answer got lost may have added it, and another changed it since.
        if ((await FindAsync(user.Name, cancellationToken))?.Id != user.Id)
        {
            await UnmarkRolesAsync(user, cancellationToken);
        }

        return null;
    }

    public async Task<User?> TryReplaceAsync(User user, CancellationToken cancellationToken)
    {
        var version = UserVersion.Parse(user.Version!);
        if (!version.IsOf(user.Roles))
        {
            await MarkRolesAsync(user, cancellationToken);
        }

        return WithVersion(user, await table.TryReplaceAsync(Write(user), version.Entity, cancellationToken));
    }

    // Without a condition, so that instances do not get into each other's way. A conditional write that can't succeed would
    // cost less: nothing is copied to the replicas.
    public Task WriteForNobodyAsync(CancellationToken cancellationToken) =>
        table.SetAsync(new TableEntity(NobodyPartition, RowKey), cancellationToken);

    public async Task<bool> TryRemoveAsync(User user, CancellationToken cancellationToken)
    {
        if (!await table.TryRemoveAsync([new TableEntity(TableKey.Of(user.Name.Key), RowKey)], UserVersion.Parse(user.Version!).Entity, cancellationToken))
        {
            return false;
        }

        await UnmarkRolesAsync(user, cancellationToken);
        return true;
    }

    public async Task<bool> HasEnabledUserAsync(IReadOnlyCollection<string> roles, string? exceptId, CancellationToken cancellationToken)
    {
        foreach (var role in roles)
        {
            if (await HasEnabledUserAsync(role, exceptId, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<bool> HasEnabledUserAsync(string role, string? exceptId, CancellationToken cancellationToken)
    {
        var after = "";
        TableQueryPage page;
        do
        {
            page = await table.QueryAsync(TableClient.CreateQueryFilter($"PartitionKey eq {RolePartition(role)} and RowKey gt {after}"), MarksAtOnce, cancellationToken);
            var left = new List<TableEntity>();
            var isFound = false;
            foreach (var mark in page.Entities.TakeWhile(_ => !isFound))
            {
                after = mark.RowKey;
                if (mark.RowKey != exceptId)
                {
                    var user = await FindMarkedAsync(mark, cancellationToken);
                    isFound = user is { IsEnabled: true } && user.Roles.Contains(role);
                    if (user is null && IsLeft(mark))
                    {
                        left.Add(mark);
                    }
                }
            }

            await RemoveLeftAsync(left, cancellationToken);
            if (isFound)
            {
                return true;
            }
        }
        while (page.HasMore);

        return false;
    }

    // Who had the mark's id may be gone, and another have the name by now.
    private async Task<User?> FindMarkedAsync(TableEntity mark, CancellationToken cancellationToken) =>
        await table.FindAsync(mark.ReadText(NameKey), RowKey, cancellationToken) is { } entity && Read(entity) is var user && user.Id == mark.RowKey ? user : null;

    private bool IsLeft(TableEntity mark) => time.GetUtcNow() - mark.Timestamp > MarkIsLeftAfter;

    private async Task RemoveLeftAsync(List<TableEntity> left, CancellationToken cancellationToken)
    {
        foreach (var chunk in left.Chunk(MarksAtOnce))
        {
            try
            {
                await table.TryRemoveAsync(chunk, version: null, cancellationToken);
            }
            catch (StorageUnavailableException)
            {
                // What was asked is known, and whoever asks next tries again.
            }
        }
    }

    private static string RolePartition(string role) => $"role-{TableKey.Of(role)}";

    private static User? WithVersion(User user, string? version) =>
        version is null ? null : user with { Version = new UserVersion(version, UserVersion.Hash(user.Roles)).ToString() };

    private async Task MarkRolesAsync(User user, CancellationToken cancellationToken)
    {
        foreach (var role in user.Roles.Distinct())
        {
            await table.SetAsync(new TableEntity(RolePartition(role), user.Id) { [NameKey] = TableKey.Of(user.Name.Key) }, cancellationToken);
        }
    }

    private async Task UnmarkRolesAsync(User user, CancellationToken cancellationToken)
    {
        foreach (var role in user.Roles.Distinct())
        {
            await table.TryRemoveAsync([new TableEntity(RolePartition(role), user.Id)], version: null, cancellationToken);
        }
    }

    private static TableEntity Write(User user) => new(TableKey.Of(user.Name.Key), RowKey)
    {
        [nameof(User.Name)] = user.Name.Value,
        [nameof(User.Id)] = user.Id,
        [nameof(User.PasswordHash)] = user.PasswordHash,
        [nameof(User.Roles)] = TableValues.Store(user.Roles),
        [nameof(User.IsEnabled)] = user.IsEnabled,
        [nameof(User.CreatedAt)] = user.CreatedAt,
        [nameof(User.MustChangePassword)] = user.MustChangePassword,
        [nameof(User.FailedSignIns)] = user.FailedSignIns,
        [nameof(User.LockedUntil)] = user.LockedUntil,
        [nameof(User.TokensRevokedAt)] = user.TokensRevokedAt,
        [nameof(User.SessionsEndedAt)] = user.SessionsEndedAt,
        [nameof(User.KeptSessionId)] = user.KeptSessionId,
    };

    private static User Read(TableEntity entity)
    {
        var roles = entity.ReadTexts(nameof(User.Roles));
        var name = entity.ReadText(nameof(User.Name));
        return new User
        {
            Name = UserName.TryParse(name, out var parsed) ? parsed : throw new InvalidDataException($"The user {entity.PartitionKey} has a name that no user can have."),
            Id = entity.ReadText(nameof(User.Id)),
            PasswordHash = entity.ReadText(nameof(User.PasswordHash)),
            Roles = roles,
            IsEnabled = entity.ReadFlag(nameof(User.IsEnabled)),
            CreatedAt = entity.ReadTime(nameof(User.CreatedAt)),
            MustChangePassword = entity.ReadFlag(nameof(User.MustChangePassword)),
            FailedSignIns = entity.ReadNumber(nameof(User.FailedSignIns)),
            LockedUntil = entity.GetDateTimeOffset(nameof(User.LockedUntil)),
            TokensRevokedAt = entity.GetDateTimeOffset(nameof(User.TokensRevokedAt)),
            SessionsEndedAt = entity.GetDateTimeOffset(nameof(User.SessionsEndedAt)),
            KeptSessionId = entity.GetString(nameof(User.KeptSessionId)),
            Version = new UserVersion(EntityVersion.Of(entity.ETag), UserVersion.Hash(roles)).ToString(),
        };
    }
}
