using Azure.Data.Tables;
using Gatehouse.Users;

namespace Gatehouse.Storage.Tables;

/// <summary>
/// Stores each user in its own partition: PartitionKey is the hash of the name's key, RowKey <c>user</c>. Each role
/// has a partition of marks, the ids of users that have or had the role, so that the search for an administrator does
/// not read every user. A mark is written before the user gets the role and proves nothing, so its reader checks the
/// user. A further entity belongs to no user and receives the writes of failed sign-ins. <see cref="UserIndex"/> lists
/// the users, <see cref="EmailClaims"/> keep their verified addresses apart.
/// </summary>
internal sealed class TableUserStore(Table table, TimeProvider time) : IUserStore, IBackedUpTable
{
    private const string RowKey = "user";
    private const string NameKey = UserIndex.NameKey;
    private const int MarksAtOnce = Table.MaxTransactionSize;
    private const int ReadAtOnce = 16;

    // A mark is written before its user. A mark that is older than any running request and still has no user will never get one.
    private static readonly TimeSpan MarkIsLeftAfter = TimeSpan.FromHours(1);

    // Differs from every user's partition, which consists of hex digits.
    private const string NobodyPartition = "nobody";

    private readonly UserIndex _index = new(table);
    private readonly EmailClaims _emails = new(table, time);

    public string Name => "Users";

    // Without the one that belongs to no user.
    public string Filter => TableClient.CreateQueryFilter($"RowKey eq {RowKey} and PartitionKey lt {NobodyPartition}");

    public Task<User?> FindAsync(UserName name, CancellationToken cancellationToken) =>
        table.FindAsync(TableKey.Of(name.Key), RowKey, Read, cancellationToken);

    public async Task<User?> FindByIdAsync(string id, CancellationToken cancellationToken) =>
        await _index.FindAsync(id, cancellationToken) is { } row ? await FindMarkedAsync(row, id, cancellationToken) : null;

    public async Task<User?> FindByEmailAsync(EmailAddress email, CancellationToken cancellationToken) =>
        await _emails.FindAsync(TableKey.Of(email.Value), cancellationToken) is { } claim && await FindClaimantAsync(claim, cancellationToken) is { } user && user.VerifiedEmail == email ? user : null;

    public async Task<Page<User>> ListAsync(UserQuery query, CancellationToken cancellationToken)
    {
        var page = await _index.ListAsync(query, cancellationToken);
        var users = new User?[page.Items.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, users.Length),
            new ParallelOptions { MaxDegreeOfParallelism = ReadAtOnce, CancellationToken = cancellationToken },
            async (number, limited) => users[number] = await FindMarkedAsync(page.Items[number], page.Items[number].ReadText(UserIndex.Id), limited));
        await RemoveLeftAsync([.. page.Items.Where((row, number) => users[number] is null && IsLeft(row))], cancellationToken);
        return new Page<User>([.. users.OfType<User>()], page.Next);
    }

    public async Task<User?> TryAddAsync(User user, CancellationToken cancellationToken)
    {
        await _emails.ClaimAsync(user, FindClaimantAsync, cancellationToken);
        await _index.AddAsync(user, cancellationToken);
        await MarkRolesAsync(user, cancellationToken);
        if (await table.TryAddAsync(Write(user), cancellationToken) is { } version)
        {
            return WithVersion(user, version);
        }

        // Unless the name belongs to this same user: a first try whose answer was lost may have added it, and another
        // request may have changed it since.
        if ((await FindAsync(user.Name, cancellationToken))?.Id != user.Id)
        {
            await UnmarkRolesAsync(user, cancellationToken);
            await _index.RemoveAsync(user, cancellationToken);
            await _emails.ReleaseAsync(UserVersion.Of(user, "").EmailHash, user.Id, cancellationToken);
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

        var changesEmail = version.EmailHash != UserVersion.Of(user, "").EmailHash;
        if (changesEmail)
        {
            await _emails.ClaimAsync(user, FindClaimantAsync, cancellationToken);
        }

        var stored = WithVersion(user, await table.TryReplaceAsync(Write(user), version.Entity, cancellationToken));
        if (changesEmail && stored is not null)
        {
            await _emails.ReleaseAsync(version.EmailHash, user.Id, cancellationToken);
        }

        return stored;
    }

    public async Task RestoreAsync(TableEntity entity, CancellationToken cancellationToken)
    {
        var user = Read(entity);
        try
        {
            await _emails.ClaimAsync(user, FindClaimantAsync, cancellationToken);
        }
        catch (EmailTakenException)
        {
            // The address went from one user to another during the backup. One of them has it again.
        }

        await _index.AddAsync(user, cancellationToken);
        await MarkRolesAsync(user, cancellationToken);
        await table.SetAsync(entity, cancellationToken);
    }

    // Unconditional, so that instances do not conflict. A conditional write that fails would be faster, because
    // nothing is copied to the replicas, and timing would reveal it.
    public Task WriteForNobodyAsync(CancellationToken cancellationToken) =>
        table.SetAsync(new TableEntity(NobodyPartition, RowKey), cancellationToken);

    public async Task<bool> TryRemoveAsync(User user, CancellationToken cancellationToken)
    {
        var version = UserVersion.Parse(user.Version!);
        if (!await table.TryRemoveAsync([new TableEntity(TableKey.Of(user.Name.Key), RowKey)], version.Entity, cancellationToken))
        {
            return false;
        }

        await UnmarkRolesAsync(user, cancellationToken);
        await _index.RemoveAsync(user, cancellationToken);
        await _emails.ReleaseAsync(version.EmailHash, user.Id, cancellationToken);
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
                    var user = await FindMarkedAsync(mark, mark.RowKey, cancellationToken);
                    isFound = user is { IsEnabled: true } && !(user.PasswordExpiresAt <= time.GetUtcNow()) && user.Roles.Contains(role);
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

    // The user with the mark's id may have been removed, and another may have the name now.
    private async Task<User?> FindMarkedAsync(TableEntity mark, string id, CancellationToken cancellationToken) =>
        await table.FindAsync(mark.ReadText(NameKey), RowKey, Read, cancellationToken) is { } user && user.Id == id ? user : null;

    private Task<User?> FindClaimantAsync(TableEntity claim, CancellationToken cancellationToken) => FindMarkedAsync(claim, claim.ReadText(UserIndex.Id), cancellationToken);

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
                // The answer is known without the removal; the next search tries it again.
            }
        }
    }

    private static string RolePartition(string role) => $"role-{TableKey.Of(role)}";

    private static User? WithVersion(User user, string? version) =>
        version is null ? null : user with { Version = UserVersion.Of(user, version).ToString() };

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
        [nameof(User.PasswordExpiresAt)] = user.PasswordExpiresAt,
        [nameof(User.SignIns)] = user.SignIns.Store(),
        [nameof(User.Factors)] = user.Factors.Store(),
        [nameof(User.Email)] = user.Email?.Value,
        [nameof(User.IsEmailVerified)] = user.IsEmailVerified,
        [nameof(User.TokensRevokedAt)] = user.TokensRevokedAt,
        [nameof(User.SessionsEndedAt)] = user.SessionsEndedAt,
    };

    private static User Read(TableEntity entity)
    {
        var name = entity.ReadText(nameof(User.Name));
        var user = new User
        {
            Name = UserName.TryParse(name, out var parsed) ? parsed : throw new InvalidDataException($"The user entity {entity.PartitionKey} has an invalid name. It was not written by Gatehouse, or was changed by hand."),
            Id = entity.ReadText(nameof(User.Id)),
            PasswordHash = entity.ReadText(nameof(User.PasswordHash)),
            Roles = entity.ReadTexts(nameof(User.Roles)),
            IsEnabled = entity.ReadFlag(nameof(User.IsEnabled)),
            CreatedAt = entity.ReadTime(nameof(User.CreatedAt)),
            MustChangePassword = entity.ReadFlag(nameof(User.MustChangePassword)),
            PasswordExpiresAt = entity.GetDateTimeOffset(nameof(User.PasswordExpiresAt)),
            SignIns = SignInHistory.Parse(entity.GetString(nameof(User.SignIns))),
            Factors = Factors.Parse(entity.GetString(nameof(User.Factors))),
            Email = entity.GetString(nameof(User.Email)) is { } email ? new EmailAddress(email) : null,
            IsEmailVerified = entity.GetBoolean(nameof(User.IsEmailVerified)) is true,
            TokensRevokedAt = entity.GetDateTimeOffset(nameof(User.TokensRevokedAt)),
            SessionsEndedAt = entity.GetDateTimeOffset(nameof(User.SessionsEndedAt)),
        };
        return user with { Version = UserVersion.Of(user, EntityVersion.Of(entity.ETag)).ToString() };
    }
}
