using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Tokens;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.Node;

/// <summary>
/// Workloads that others' libraries speak for, unmodified, over real HTTP: jose signs the token of each platform, and oauth4webapi
/// gets a token of Gatehouse by it.
/// </summary>
public sealed class WorkloadTests(ITestOutputHelper output)
{
    private const string Client = "importer";
    private const string Audience = "https://api.example.com";

    [Theory]
    [InlineData("GitHub Actions", "repo:your-org/your-repo:environment:production", Audience, false)]
    [InlineData("Kubernetes", "system:serviceaccount:shop:importer", Audience, true)]
    [InlineData("Azure managed identity", "d1a7c3e2-6b54-4f0e-9a31-58c0de7b4f12", "f2a6c1d0-5b7e-4d39-8e12-7c4b9a0d6e55", true)]
    [InlineData("Google service account", "112233445566778899001", Audience, false)]
    public async Task Workload_GetsAToken_ByTheTokenOfItsPlatform(string platform, string subject, string audience, bool isReusable)
    {
        await NodePackages.EnsureInstalledAsync();
        var url = LoopbackServer.FindFreeUrl();
        var issuer = LoopbackServer.FindFreeUrl();
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions
        {
            Url = url,

            // Node has no other clock than the machine's.
            Time = new FakeTimeProvider(DateTimeOffset.UtcNow),
            Settings = new Dictionary<string, string?>
            {
                ["Clients:1:Id"] = Client,
                ["Clients:1:Scopes"] = "samples:read",
                ["Clients:1:Federated:Issuer"] = issuer,
                ["Clients:1:Federated:Subject"] = subject,
                ["Clients:1:Federated:Audience"] = audience,
                ["Clients:1:Federated:Reusable"] = isReusable.ToString(),
            },
        });

        var (type, _, claims) = WorkloadTokens.All[platform];
        var result = await NodeProcess.RunAsync(
            "workload.mjs",
            [type ?? "", claims],
            ("GATEHOUSE", url),
            ("AUDIENCE", GatehouseHost.Audience),
            ("PLATFORM", issuer),
            ("CLIENT_ID", Client),
            ("REUSABLE", isReusable ? "true" : "false"));

        output.WriteLine(result.Output);
        Assert.True(result.ExitCode == 0 && result.Output.StartsWith("ok ", StringComparison.Ordinal), result.Output + result.Errors);
    }
}
