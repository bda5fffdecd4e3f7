using Gatehouse.Storage.Tables;
using Gatehouse.Tests.Integration.Stores;
using Gatehouse.Tokens;

namespace Gatehouse.Tests.Integration.Tables;

public sealed class TableRefreshTokenStoreTests : RefreshTokenStoreContract, IAsyncLifetime
{
    private IRefreshTokenStore _store = null!;

    private protected override IRefreshTokenStore Store => _store;

    public async ValueTask InitializeAsync() => _store = new TableRefreshTokenStore((await Azurite.GetAsync()).CreateTable());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
