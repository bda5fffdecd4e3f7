using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.KeyTool;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.KeyVault;
using Gatehouse.Tests.Integration.Tokens;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Tests.Integration.KeyTool;

/// <summary>The whole life of a key: made by the tool, seen by the running API, under load, without one failed request.</summary>
public sealed class RotationTests
{
    // After this an instance reads the keys before it answers.
    private static readonly TimeSpan ReadAgain = TimeSpan.FromMinutes(16);

    [Fact]
    public async Task Rotation_InAFolder_FailsNoRequest()
    {
        using var data = new TemporaryFolder();
        var time = new FakeTimeProvider(TestKeys.CreatedOn);
        var tool = Tool.OfFolder(Path.Combine(data.Path, "keys"), time);
        var first = (await tool.DoAsync("new"))[0].Kid!;
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions { DataFolder = data.Path, Time = time, SigningKey = null });
        await host.AddClientSecretAsync();

        await RotateAsync(host, tool, first);
    }

    [Fact]
    public async Task Rotation_InAKeyVault_FailsNoRequest()
    {
        var time = new FakeTimeProvider(TestKeys.CreatedOn);
        await using var vault = await KeyVaultServer.StartAsync(time);
        vault.Add(GatehouseHost.ClientId, GatehouseHost.ClientSecret);
        var tool = Tool.OfVault(vault, time);
        var first = (await tool.DoAsync("new"))[0].Kid!;
        await using var host = await VaultHost.StartAsync(vault, time);

        await RotateAsync(host, tool, first);
    }

    [Fact]
    public async Task Emergency_TheNextReadingRefusesTheOldKey_AndTheNewOneServes()
    {
        using var data = new TemporaryFolder();
        var time = new FakeTimeProvider(TestKeys.CreatedOn);
        var tool = Tool.OfFolder(Path.Combine(data.Path, "keys"), time);
        await tool.DoAsync("new");
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions
        {
            DataFolder = data.Path,
            Time = time,
            SigningKey = null,
            Settings = new Dictionary<string, string?> { ["Tokens:AccessTokenLifetime"] = "01:00:00" },
        });
        var stolen = await host.SignInAsAsync("reader");

        await tool.DoAsync("rotate --emergency");
        time.Advance(ReadAgain);

        Assert.Equal(HttpStatusCode.Unauthorized, (await host.ReadSamplesAsync(stolen.AccessToken)).StatusCode);
        using var refreshed = await host.PostFormAsync("/token", ("grant_type", "refresh_token"), ("refresh_token", stolen.RefreshToken!));
        Assert.Equal(HttpStatusCode.OK, (await host.ReadSamplesAsync((await Hosting.Tokens.ReadAsync(refreshed)).AccessToken)).StatusCode);
    }

    [Fact]
    public async Task Verify_TellsAgreementFromDisagreement()
    {
        using var data = new TemporaryFolder();
        var time = new FakeTimeProvider(TestKeys.CreatedOn);
        var tool = Tool.OfFolder(Path.Combine(data.Path, "keys"), time);
        await tool.DoAsync("new");
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions { DataFolder = data.Path, Time = time, SigningKey = null });
        var verify = $"verify {host.Client.BaseAddress}";
        Assert.Equal(ExitCode.Ok, (await tool.RunAsync(verify)).ExitCode);

        // Before the app has read it; after that they agree again.
        await tool.DoAsync("rotate");
        var result = await tool.RunAsync(verify);
        Assert.Equal(ExitCode.Disagreement, result.ExitCode);
        Assert.Contains("is not published", result.Output, StringComparison.Ordinal);
        time.Advance(ReadAgain);
        Assert.Equal(ExitCode.Ok, (await tool.RunAsync(verify)).ExitCode);

        var nothing = await tool.RunAsync($"verify {host.Client.BaseAddress}nothing");
        Assert.Equal(ExitCode.Failed, nothing.ExitCode);
        Assert.Contains("404", nothing.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"n\": \"AQAB\"", "other numbers")]
    [InlineData("\"d\": \"AQAB\"", "private member d")]
    [InlineData("\"alg\": \"none\"", "published for none")]
    [InlineData("\"kid\": 1", "no key of that id verifies tokens now")]
    public async Task Verify_TellsAKeySetThatWasChanged(string change, string finding)
    {
        using var data = new TemporaryFolder();
        var time = new FakeTimeProvider(TestKeys.CreatedOn);
        var tool = Tool.OfFolder(Path.Combine(data.Path, "keys"), time);
        await tool.DoAsync("new");
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions { DataFolder = data.Path, Time = time, SigningKey = null });
        using var response = await host.GetAsync("/.well-known/jwks.json");
        var key = JsonNode.Parse((await response.ReadJsonAsync()).GetProperty("keys")[0].GetRawText())!.AsObject();
        await using var server = new JwksServer();
        await server.StartAsync();
        server.Publish((JsonObject)key.DeepClone());
        Assert.Equal(ExitCode.Ok, (await tool.RunAsync($"verify {server.Url}")).ExitCode);

        var (name, value) = Assert.Single(JsonNode.Parse($"{{ {change} }}")!.AsObject());
        key[name] = value!.DeepClone();
        server.Publish(key);

        var result = await tool.RunAsync($"verify {server.Url}");
        Assert.Equal(ExitCode.Disagreement, result.ExitCode);
        Assert.Contains(finding, result.Output, StringComparison.Ordinal);
    }

    private static async Task RotateAsync(GatehouseHost host, Tool tool, string first)
    {
        await using var load = new Load(host);
        await load.GoOnAsync();
        Assert.Equal([first], await PublishedAsync(host));

        // Announced: published, and the old one still signs.
        var second = (await tool.DoAsync("rotate")).Single(static key => key.State == "announced").Kid!;
        await load.AdvanceAsync(ReadAgain);
        await load.GoOnAsync();
        Assert.Equal([first, second], await PublishedAsync(host));
        Assert.Equal(first, KidOf(await load.FetchTokenAsync()));

        // Active: the new one signs, and a token of the old one is good until it ends.
        await load.AdvanceAsync(TimeSpan.FromHours(24) - ReadAgain - TimeSpan.FromMinutes(5));
        var last = await load.FetchTokenAsync();
        Assert.Equal(first, KidOf(last));
        await load.AdvanceAsync(TimeSpan.FromMinutes(5));
        await load.GoOnAsync();
        Assert.Equal(second, KidOf(await load.FetchTokenAsync()));
        Assert.Equal(HttpStatusCode.OK, (await host.ReadSamplesAsync(last)).StatusCode);
        Assert.Equal([second, first], await PublishedAsync(host));

        // Retired: gone from the key set once no token of it is left; then it can be disabled, which nobody notices.
        await load.AdvanceAsync(TimeSpan.FromMinutes(11));
        await load.GoOnAsync();
        Assert.Equal([second], await PublishedAsync(host));
        await tool.DoAsync($"retire {first}");
        await load.AdvanceAsync(ReadAgain);
        await load.GoOnAsync();
        Assert.Equal([second], await PublishedAsync(host));
        Assert.True(load.Requests > 60, $"{load.Requests} requests were made.");
    }

    private static async Task<IEnumerable<string>> PublishedAsync(GatehouseHost host)
    {
        using var response = await host.GetAsync("/.well-known/jwks.json");
        return [.. (await response.ReadJsonAsync()).GetProperty("keys").EnumerateArray().Select(static key => key.GetProperty("kid").GetString()!)];
    }

    private static string KidOf(string token) =>
        JsonDocument.Parse(Encoding.UTF8.GetString(Base64UrlEncoder.DecodeBytes(token.Split('.')[0]))).RootElement.GetProperty("kid").GetString()!;
}
