using System.Net;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Protection;

/// <summary>A host, and tokens for it that are right but for one thing: a test for each case that is refused.</summary>
public abstract class ForgedTokenTests(SharedHost shared) : GatehouseTest(shared), IClassFixture<SharedHost>
{
    private protected TokenForge Forge { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Forge = await TokenForge.CreateAsync(Host);
    }

    private protected static async Task AssertRejectedAsync(HttpResponseMessage response, string reason)
    {
        var problem = await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-token");
        Assert.Contains(reason, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        var challenge = response.Headers.WwwAuthenticate.ToString();
        Assert.StartsWith($"Bearer realm=\"{GatehouseHost.Audience}\", error=\"invalid_token\", error_description=\"", challenge, StringComparison.Ordinal);
        Assert.Contains(reason, challenge, StringComparison.Ordinal);
    }

    private protected async Task AssertRejectedAsync(string token, string reason)
    {
        using var response = await Host.ReadSamplesAsync(token);
        await AssertRejectedAsync(response, reason);
    }

    private protected string GoodToken() => Forge.Sign(Forge.Header().ToJsonString(), Forge.Claims().ToJsonString());
}
