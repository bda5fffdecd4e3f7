using Gatehouse.Products;
using Gatehouse.Storage.Tables;
using Gatehouse.Tests.Integration.Stores;

namespace Gatehouse.Tests.Integration.Tables;

public sealed class TableProductListingTests : ProductListingContract, IAsyncLifetime
{
    private IProductStore _store = null!;

    private protected override IProductStore Store => _store;

    public async ValueTask InitializeAsync() => _store = new TableProductStore((await Azurite.GetAsync()).CreateTable());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
