using Gatehouse.Storage.Tables;
using Gatehouse.Tests.Integration.Stores;
using Gatehouse.Users;

namespace Gatehouse.Tests.Integration.Tables;

public sealed class TableUserStoreTests : UserStoreContract, IAsyncLifetime
{
    private IUserStore _store = null!;

    private protected override IUserStore Store => _store;

    public async ValueTask InitializeAsync() => _store = new TableUserStore((await Azurite.GetAsync()).CreateTable(), TimeProvider.System);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
