using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>A user with a software authenticator, on two instances.</summary>
public abstract class PasskeyTest : IAsyncLifetime
{
    private protected SoftwareAuthenticator Passkey { get; } = new();

    private protected TwoHosts Hosts { get; private set; } = null!;

    private protected GatehouseHost Host => Hosts.First;

    public async ValueTask InitializeAsync()
    {
        Hosts = await TwoHosts.StartAsync();
        await Host.AddUserAsync("ada", "reader");
    }

    public async ValueTask DisposeAsync()
    {
        Passkey.Dispose();
        await Hosts.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected async Task<(Hosting.Tokens Tokens, string[] Codes)> AddAsync(Hosting.Tokens tokens, string name = "Laptop", SoftwareAuthenticator? passkey = null)
    {
        var credential = (passkey ?? Passkey).Create(await BeginAddAsync(tokens));
        using var added = await Host.SendAsync(HttpMethod.Post, "/me/passkeys", tokens.AccessToken, JsonContent.Create(new { name, credential }));
        Assert.Equal(HttpStatusCode.OK, added.StatusCode);
        var answer = await added.ReadJsonAsync();
        var fresh = answer.GetProperty("tokens");
        return (
            new Hosting.Tokens(fresh.GetProperty("access_token").GetString()!, fresh.GetProperty("refresh_token").GetString(), fresh.GetProperty("scope").GetString()!, fresh.GetProperty("expires_in").GetInt64(), "Bearer"),
            answer.TryGetProperty("recoveryCodes", out var codes) ? [.. codes.EnumerateArray().Select(static code => code.GetString()!)] : []);
    }

    private protected async Task<JsonElement> BeginAddAsync(Hosting.Tokens tokens)
    {
        using var begun = await Host.SendAsync(HttpMethod.Post, "/me/passkeys/options", tokens.AccessToken);
        Assert.Equal(HttpStatusCode.OK, begun.StatusCode);
        return (await begun.ReadJsonAsync()).GetProperty("publicKey");
    }

    private protected async Task<JsonElement> BeginSignInAsync()
    {
        // A challenge must be later than the one before.
        Hosts.Time.Advance(TimeSpan.FromMilliseconds(1));
        using var begun = await Host.SendAsync(HttpMethod.Post, "/authenticate/passkey/options");
        Assert.Equal(HttpStatusCode.OK, begun.StatusCode);
        return (await begun.ReadJsonAsync()).GetProperty("publicKey");
    }

    private protected static Task<HttpResponseMessage> PostAsync(GatehouseHost host, JsonObject credential, string? username = null) =>
        host.Client.PostAsJsonAsync("/authenticate/passkey", username is null ? (object)new { credential } : new { credential, username }, TestContext.Current.CancellationToken);

    private protected async Task AssertRefusedAsync(JsonObject credential)
    {
        using var response = await PostAsync(Host, credential);
        await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-passkey");
    }

    private protected async Task AssertNotAddedAsync(Hosting.Tokens tokens, JsonObject credential)
    {
        using var response = await Host.SendAsync(HttpMethod.Post, "/me/passkeys", tokens.AccessToken, JsonContent.Create(new { name = "Laptop", credential }));
        Assert.Equal(["credential"], HttpResponseMessageExtensions.FieldsOf(await response.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request")));
    }
}
