using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Gatehouse.Products;
using Gatehouse.RateLimits;
using Gatehouse.Revocation;
using Gatehouse.Storage.Blobs;
using Gatehouse.Storage.Tables;
using Gatehouse.Tokens;
using Gatehouse.Tokens.Clients;
using Gatehouse.Users;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Tests.Integration.Tables;

/// <summary>All stores over one storage, with next to no delay between the tries.</summary>
internal sealed class TableStores
{
    private static readonly DelayStrategy Delay = DelayStrategy.CreateFixedDelayStrategy(TimeSpan.FromMilliseconds(1));
    private static readonly TableClientOptions Options = TableStorageServiceCollectionExtensions.CreateClientOptions(Delay);
    private static readonly BlobClientOptions BlobOptions = TableStorageServiceCollectionExtensions.CreateBlobClientOptions(Delay);

    public TableStores(string connectionString, string prefix, TimeProvider time)
    {
        var service = new TableServiceClient(connectionString, Options);
        Users = new TableUserStore(Create("Users"), time);
        Families = new TableRefreshTokenStore(Create("RefreshTokens"));
        Revocations = new BlobRevocationStore(new BlobServiceClient(connectionString, BlobOptions).GetBlobContainerClient($"{prefix}-revocations"), time, recordsPerBlob: 2);
        Clients = new TableClientStore(Create("Clients"));
        Products = new TableProductStore(Create("Products"));
        Quotas = new TableQuotaStore(Create("Quotas"), time);

        Table Create(string name) => new(service.GetTableClient(prefix + name), time, NullLogger<Table>.Instance);
    }

    public IUserStore Users { get; }

    public IRefreshTokenStore Families { get; }

    public IRevocationStore Revocations { get; }

    public IClientStore Clients { get; }

    public IProductStore Products { get; }

    public IQuotaStore Quotas { get; }
}
