using Gatehouse.Tests.Integration.LocalHost;

namespace Gatehouse.Tests.Integration.Worker;

/// <summary>The table on the real worker.</summary>
public sealed class WorkerEdgeTests(WorkerApp app) : FunctionsHostEdgeContract, IClassFixture<WorkerApp>
{
    private protected override async Task<Uri> GetUrlAsync() => (await app.GetHostAsync()).Url;
}
