using Gatehouse.Protection.Revocation;
using Gatehouse.Storage.Tables;
using Gatehouse.Tests.Integration.Stores;

namespace Gatehouse.Tests.Integration.Tables;

public sealed class TableRevocationStoreTests : RevocationStoreContract, IAsyncLifetime
{
    private IRevocationStore _store = null!;

    private protected override IRevocationStore Store => _store;

    public async ValueTask InitializeAsync() => _store = new TableRevocationStore((await Azurite.GetAsync()).CreateTable(), TimeProvider.System);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
