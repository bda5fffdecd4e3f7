using Gatehouse.Products;
using Gatehouse.RateLimits;
using Gatehouse.Revocation;
using Gatehouse.Tests.Integration.Stores;
using Gatehouse.Tokens;
using Gatehouse.Tokens.Clients;
using Gatehouse.Users;

namespace Gatehouse.Tests.Integration.Tables;

/// <summary>Everything that the stores do, each operation with its before and after.</summary>
internal static class StoreOperations
{
    private static readonly User Ada = Samples.User() with { Id = "ada-id", Roles = ["admin"] };
    private static readonly RefreshTokenFamily Family = Samples.Family();
    private static readonly StoredClient Importer = Samples.Client();
    private static readonly Product Kettle = Samples.Product();
    private static readonly RevocationEntry Entry = new(RevocationKind.Session, "session", Samples.Now, Samples.Now.AddMinutes(11));
    private static readonly QuotaRecord Quota = new("hourly/ada", Samples.Now.AddMinutes(5));
    private static readonly DateTimeOffset Later = Samples.Now.AddDays(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static IReadOnlyList<StoreOperation> All { get; } =
    [
        StoreOperation.Read("FindUser", AddAdaAsync, static async stores => Assert.NotNull(await FindAdaAsync(stores))),
        StoreOperation.Read("HasEnabledUser", AddAdaAsync, static async stores => Assert.True(await HasAdminAsync(stores))),
        StoreOperation.Read("FindUserById", AddAdaAsync, static async stores => Assert.NotNull(await stores.Users.FindByIdAsync(Ada.Id, Cancellation))),
        StoreOperation.Read("ListUsers", AddAdaAsync, static async stores => Assert.Single((await stores.Users.ListAsync(new UserQuery(10, After: null, Prefix: "a"), Cancellation)).Items)),
        new(
            "AddUser",
            static _ => Task.CompletedTask,
            static async stores => Assert.NotNull(await stores.Users.TryAddAsync(Ada, Cancellation)),
            static async stores => await FindAdaAsync(stores) is not null && await HasAdminAsync(stores),
            static async stores => await FindAdaAsync(stores) is null && !await HasAdminAsync(stores)),
        new(
            "ReplaceUser",
            static stores => stores.Users.TryAddAsync(Ada with { Roles = ["viewer"] }, Cancellation),
            static async stores =>
            {
                // Read by the faulty way too, so that each request of it has its turn.
                var ada = await FindAdaAsync(stores);
                Assert.NotNull(await stores.Users.TryReplaceAsync(ada! with { Roles = ["admin"], PasswordHash = "new" }, Cancellation));
            },
            static async stores => (await FindAdaAsync(stores))!.PasswordHash == "new" && await HasAdminAsync(stores),
            static async stores => (await FindAdaAsync(stores))!.PasswordHash == Ada.PasswordHash && !await HasAdminAsync(stores)),
        StoreOperation.Read("WriteForNobody", AddAdaAsync, static stores => stores.Users.WriteForNobodyAsync(Cancellation)),
        new(
            "RemoveUser",
            AddAdaAsync,
            static async stores => Assert.True(await stores.Users.TryRemoveAsync((await FindAdaAsync(stores))!, Cancellation)),
            static async stores => await FindAdaAsync(stores) is null && !await HasAdminAsync(stores),
            static async stores => await FindAdaAsync(stores) is not null && await HasAdminAsync(stores)),

        StoreOperation.Read("FindFamily", AddFamilyAsync, static async stores => Assert.NotNull(await stores.Families.FindAsync(Family.Id, Cancellation))),
        StoreOperation.Read("ListFamilies", AddFamilyAsync, static async stores => Assert.Equal([Family.Id], await stores.Families.ListAsync(Family.Subject, 10, Cancellation))),
        new(
            "AddFamily",
            static _ => Task.CompletedTask,
            AddFamilyAsync,
            static async stores => await stores.Families.FindAsync(Family.Id, Cancellation) is not null,
            static async stores => await stores.Families.FindAsync(Family.Id, Cancellation) is null),
        new(
            "ReplaceFamily",
            AddFamilyAsync,
            static async stores =>
            {
                var family = await stores.Families.FindAsync(Family.Id, Cancellation);
                Assert.True(await stores.Families.TryReplaceAsync(family! with { RevokedAt = Later }, Cancellation));
            },
            static async stores => (await stores.Families.FindAsync(Family.Id, Cancellation))!.RevokedAt == Later,
            static async stores => (await stores.Families.FindAsync(Family.Id, Cancellation))!.RevokedAt is null),
        new(
            "UnlistFamily",
            AddFamilyAsync,
            static stores => stores.Families.UnlistAsync(Family.Subject, Family.Id, Cancellation),
            static async stores => (await stores.Families.ListAsync(Family.Subject, 10, Cancellation)).Count == 0,
            static async stores => (await stores.Families.ListAsync(Family.Subject, 10, Cancellation)).Count == 1),
        new(
            "RemoveExpiredFamilies",
            AddFamilyAsync,
            static async stores => Assert.Equal(1, await stores.Families.RemoveExpiredAsync(Later, 10, Cancellation)),
            static async stores => await stores.Families.FindAsync(Family.Id, Cancellation) is null,

            // What was begun is finished by the next one.
            static async stores => await stores.Families.RemoveExpiredAsync(Later, 10, Cancellation) <= 1 && await stores.Families.FindAsync(Family.Id, Cancellation) is null),

        StoreOperation.Read("FindClient", AddImporterAsync, static async stores => Assert.NotNull(await FindImporterAsync(stores))),
        new(
            "AddClient",
            static _ => Task.CompletedTask,
            static async stores => Assert.NotNull(await stores.Clients.TryAddAsync(Importer, Cancellation)),
            static async stores => await FindImporterAsync(stores) is not null,
            static async stores => await FindImporterAsync(stores) is null),
        new(
            "ReplaceClient",
            AddImporterAsync,
            static async stores => Assert.NotNull(await stores.Clients.TryReplaceAsync((await FindImporterAsync(stores))! with { RequiresProof = true }, Cancellation)),
            static async stores => (await FindImporterAsync(stores))!.RequiresProof,
            static async stores => !(await FindImporterAsync(stores))!.RequiresProof),
        new(
            "RemoveClient",
            AddImporterAsync,
            static async stores => Assert.True(await stores.Clients.TryRemoveAsync((await FindImporterAsync(stores))!, Cancellation)),
            static async stores => await FindImporterAsync(stores) is null,
            static async stores => await FindImporterAsync(stores) is not null),
        StoreOperation.Read("ListClients", AddImporterAsync, static async stores => Assert.Single((await stores.Clients.ListAsync(null, 10, Cancellation)).Items)),
        StoreOperation.Read("FindLastUse", UseImporterAsync, static async stores => Assert.NotNull(await stores.Clients.FindLastUseAsync(Importer.Id, Cancellation))),
        new(
            "SetLastUse",
            static _ => Task.CompletedTask,
            UseImporterAsync,
            static async stores => await stores.Clients.FindLastUseAsync(Importer.Id, Cancellation) is not null,
            static async stores => await stores.Clients.FindLastUseAsync(Importer.Id, Cancellation) is null),

        StoreOperation.Read("ReadFeed", AppendAsync, static async stores => Assert.Equal([Entry], await ReadFeedAsync(stores))),
        new("AppendToFeed", static _ => Task.CompletedTask, AppendAsync, static stores => HasEntriesAsync(stores, 1), static stores => HasEntriesAsync(stores, 0)),
        new(
            "RemoveExpiredEntries",
            AppendMoreThanABlobAsync,
            static stores => stores.Revocations.RemoveExpiredAsync(Later, 10, Cancellation),
            static stores => HasEntriesAsync(stores, 1),
            static stores => HasEntriesAsync(stores, 3)),

        StoreOperation.Read("FindProduct", AddKettleAsync, static async stores => Assert.NotNull(await FindKettleAsync(stores))),
        StoreOperation.Read("ListProducts", AddKettleAsync, static async stores => Assert.True(await ListsAsync(stores, category: null))),
        StoreOperation.Read("ListCategory", AddKettleAsync, static async stores => Assert.True(await ListsAsync(stores, Kettle.Category))),
        StoreOperation.Read("SearchProducts", AddKettleAsync, static async stores => Assert.True(await ListsAsync(stores, category: null, "kettle"))),
        new(
            "AddProduct",
            static _ => Task.CompletedTask,
            AddKettleAsync,
            static async stores => await FindKettleAsync(stores) is not null && await ListsAsync(stores, Kettle.Category),
            static async stores => await FindKettleAsync(stores) is null && !await ListsAsync(stores, Kettle.Category)),
        new(
            "ReplaceProduct",
            AddKettleAsync,
            static async stores => Assert.NotNull(await stores.Products.TryReplaceAsync((await FindKettleAsync(stores))! with { Category = "Tea" }, Cancellation)),
            static async stores => (await FindKettleAsync(stores))!.Category == "Tea" && await ListsAsync(stores, "Tea") && !await ListsAsync(stores, Kettle.Category),
            static async stores => (await FindKettleAsync(stores))!.Category == Kettle.Category && await ListsAsync(stores, Kettle.Category) && !await ListsAsync(stores, "Tea")),
        new(
            "RemoveProduct",
            AddKettleAsync,
            static async stores => Assert.True(await stores.Products.TryRemoveAsync(Kettle.Id, (await FindKettleAsync(stores))!.Version!, Cancellation)),
            static async stores => await FindKettleAsync(stores) is null && !await ListsAsync(stores, Kettle.Category),
            static async stores => await FindKettleAsync(stores) is not null && await ListsAsync(stores, Kettle.Category)),

        StoreOperation.Read("FindQuota", AddQuotaAsync, static async stores => Assert.NotNull(await FindQuotaAsync(stores))),
        new(
            "AddQuota",
            static _ => Task.CompletedTask,
            static async stores => Assert.NotNull(await stores.Quotas.TrySaveAsync(Quota, Cancellation)),
            static async stores => await FindQuotaAsync(stores) is not null,
            static async stores => await FindQuotaAsync(stores) is null),
        new(
            "ReplaceQuota",
            AddQuotaAsync,
            static async stores => Assert.NotNull(await stores.Quotas.TrySaveAsync((await FindQuotaAsync(stores))! with { PaidAt = Later }, Cancellation)),
            static async stores => (await FindQuotaAsync(stores))!.PaidAt == Later,
            static async stores => (await FindQuotaAsync(stores))!.PaidAt == Quota.PaidAt),
        new(
            "RemoveFullQuotas",
            AddQuotaAsync,
            static async stores => Assert.Equal(1, await stores.Quotas.RemoveExpiredAsync(DateTimeOffset.UtcNow.AddDays(60), 10, Cancellation)),
            static async stores => await FindQuotaAsync(stores) is null,
            static async stores => await FindQuotaAsync(stores) is not null),
    ];

    private static Task AddAdaAsync(TableStores stores) => stores.Users.TryAddAsync(Ada, Cancellation);

    private static Task<User?> FindAdaAsync(TableStores stores) => stores.Users.FindAsync(Ada.Name, Cancellation);

    private static Task<bool> HasAdminAsync(TableStores stores) => stores.Users.HasEnabledUserAsync(["admin"], null, Cancellation);

    private static Task AddFamilyAsync(TableStores stores) => stores.Families.AddAsync(Family, Cancellation);

    private static Task AddImporterAsync(TableStores stores) => stores.Clients.TryAddAsync(Importer, Cancellation);

    private static Task UseImporterAsync(TableStores stores) => stores.Clients.SetLastUseAsync(Importer.Id, Samples.Now, Cancellation);

    private static Task<StoredClient?> FindImporterAsync(TableStores stores) => stores.Clients.FindAsync(Importer.Id, Cancellation);

    private static Task AppendAsync(TableStores stores) => stores.Revocations.AppendAsync(Entry, Cancellation);

    private static async Task AppendMoreThanABlobAsync(TableStores stores)
    {
        foreach (var id in new[] { "first", "second", "third" })
        {
            await stores.Revocations.AppendAsync(Entry with { Id = id }, Cancellation);
        }
    }

    private static async Task<bool> HasEntriesAsync(TableStores stores, int count) => (await ReadFeedAsync(stores)).Count == count;

    // Distinct: a repeated request may append an entry twice, which changes nothing.
    private static async Task<IReadOnlyList<RevocationEntry>> ReadFeedAsync(TableStores stores)
    {
        var entries = new List<RevocationEntry>();
        var page = await stores.Revocations.ReadAsync(null, Cancellation);
        for (entries.AddRange(page.Entries); page.HasMore; entries.AddRange(page.Entries))
        {
            page = await stores.Revocations.ReadAsync(page.Cursor, Cancellation);
        }

        return [.. entries.Distinct()];
    }

    private static Task AddKettleAsync(TableStores stores) => stores.Products.AddAsync(Kettle, Cancellation);

    private static Task AddQuotaAsync(TableStores stores) => stores.Quotas.TrySaveAsync(Quota, Cancellation);

    private static Task<QuotaRecord?> FindQuotaAsync(TableStores stores) => stores.Quotas.FindAsync(Quota.Key, Cancellation);

    private static Task<Product?> FindKettleAsync(TableStores stores) => stores.Products.FindAsync(Kettle.Id, Cancellation);

    private static async Task<bool> ListsAsync(TableStores stores, string? category, string? search = null) =>
        (await stores.Products.ListAsync(new ProductQuery(10, After: null, category, search), Cancellation)).Items.Count == 1;
}
