using System.Diagnostics;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Gatehouse.Backup;
using Gatehouse.Storage.Tables;
using Gatehouse.Users;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Bench;

/// <summary>A backup of many users on Azurite, its restore into another place, and whether all are there afterwards.</summary>
internal sealed class RecoveryRun(int users)
{
    private const string Prefix = "bench";
    private const string RestoredPrefix = "restored";
    private const int Checked = 1000;

    public async Task RunAsync()
    {
        using var azurite = await AzuriteServer.StartAsync();
        var tables = new TableServiceClient(AzuriteServer.ConnectionString);
        var container = new BlobServiceClient(AzuriteServer.ConnectionString).GetBlobContainerClient("backups");
        await container.CreateAsync();
        await SeedAsync(tables);
        await azurite.AddPeopleAsync(users);

        BackupManifest? made = null;
        var backup = new TableBackup(tables, Prefix, Open(tables, Prefix), container, TimeProvider.System);
        var (backupTime, backupRequests) = await azurite.MeasureAsync(async () => made = await backup.WriteAsync(CancellationToken.None));
        var size = 0L;
        await foreach (var blob in container.GetBlobsAsync())
        {
            size += blob.Properties.ContentLength ?? 0;
        }

        var contents = Open(tables, RestoredPrefix);
        var restore = new TableRestore(tables, RestoredPrefix, contents, container);
        var (restoreTime, restoreRequests) = await azurite.MeasureAsync(() => restore.RestoreAsync(name: null, isContinued: false, CancellationToken.None));

        Console.WriteLine("| what | entities | time | requests | size |");
        Console.WriteLine("|---|---|---|---|---|");
        var entities = made!.Entities.Values.Sum();
        Console.WriteLine(FormattableString.Invariant($"| backup | {entities:N0} | {backupTime / 1000:N0} s | {backupRequests:N0} | {size / 1048576.0:N1} MiB |"));
        Console.WriteLine(FormattableString.Invariant($"| restore | {entities:N0} | {restoreTime / 1000:N0} s | {restoreRequests:N0} | |"));
        Console.WriteLine(FormattableString.Invariant($"\nFound by id afterwards: {await CountAsync((IUserStore)contents[0]):N0} of {Checked:N0} users."));
    }

    private static IReadOnlyList<IBackedUpTable> Open(TableServiceClient tables, string prefix) =>
        TableStorageServiceCollectionExtensions.CreateBackedUpTables(tables, prefix, TimeProvider.System, NullLogger<Table>.Instance);

    // The templates of all others.
    private static async Task SeedAsync(TableServiceClient tables)
    {
        var contents = Open(tables, Prefix);
        var now = TimeProvider.System.GetUtcNow();
        await ((IUserStore)contents[0]).TryAddAsync(CreateUser(now), CancellationToken.None);
        await ((Gatehouse.Tokens.IRefreshTokenStore)contents[1]).AddAsync(CreateFamily(now), CancellationToken.None);
    }

    private static User CreateUser(DateTimeOffset now) => new()
    {
        Id = "f0000000000000000000000000000000",
        Name = UserName.TryParse("template", out var name) ? name : throw new UnreachableException(),
        PasswordHash = Convert.ToBase64String(new byte[61]),
        Roles = ["viewer"],
        CreatedAt = now,
    };

    private static Gatehouse.Tokens.RefreshTokenFamily CreateFamily(DateTimeOffset now) => new()
    {
        Id = "template",
        Subject = "f0000000000000000000000000000000",
        UserName = "template",
        ClientId = "",
        Scopes = ["products:read"],
        AuthenticatedAt = now,
        ExpiresAt = now.AddDays(30),
        IdleExpiresAt = now.AddDays(14),
        CurrentHash = [.. new byte[32]],
        PreviousHash = [],
        RotationSalt = [.. new byte[16]],
    };

    private async Task<int> CountAsync(IUserStore store)
    {
        var found = 0;
        for (var number = 0; number < Checked; number++)
        {
            var id = ((long)number * users / Checked).ToString("x32", System.Globalization.CultureInfo.InvariantCulture);
            found += await store.FindByIdAsync(id, CancellationToken.None) is null ? 0 : 1;
        }

        return found;
    }
}
