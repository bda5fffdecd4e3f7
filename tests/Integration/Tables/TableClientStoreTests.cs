using Gatehouse.Storage.Tables;
using Gatehouse.Tests.Integration.Stores;
using Gatehouse.Tokens.Clients;

namespace Gatehouse.Tests.Integration.Tables;

public sealed class TableClientStoreTests : ClientStoreContract, IAsyncLifetime
{
    private IClientStore _store = null!;

    private protected override IClientStore Store => _store;

    public async ValueTask InitializeAsync() => _store = new TableClientStore((await Azurite.GetAsync()).CreateTable());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
