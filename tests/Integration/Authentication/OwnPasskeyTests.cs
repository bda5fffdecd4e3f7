using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>Adding, listing and removing passkeys (WebAuthn), on two instances.</summary>
[DependsOnStorage]
public sealed class OwnPasskeyTests : PasskeyTest
{
    [Fact]
    public async Task AddedPasskey_EndsEverySession_AndBeginsOneThatTellsOfIt()
    {
        var other = await Host.SignInAsync("ada");

        var (tokens, codes) = await AddAsync(await Host.SignInAsync("ada"));

        await Host.AssertInvalidGrantAsync(other.RefreshToken!);
        Assert.Equal(["pwd", "hwk", "user", "mfa"], new JsonWebToken(tokens.AccessToken).GetPayloadValue<string[]>("amr"));
        Assert.Equal(10, codes.Length);
    }

    [Fact]
    public async Task SeveralPasskeys_AreListed_WithNameAndLastUse_AndRemovedOneByOne()
    {
        var (first, codes) = await AddAsync(await Host.SignInAsync("ada"), "Laptop");
        using var phone = new SoftwareAuthenticator();
        var (second, more) = await AddAsync(first, "Phone", phone);
        Assert.NotEmpty(codes);
        Assert.Empty(more);
        Hosts.Time.Advance(TimeSpan.FromMinutes(1));
        using var signedIn = await PostAsync(Host, phone.Get(await BeginSignInAsync()));
        Assert.Equal(HttpStatusCode.OK, signedIn.StatusCode);

        using var listed = await Host.GetAsync("/me/factors", second.AccessToken);
        var passkeys = (await listed.ReadJsonAsync()).GetProperty("passkeys").EnumerateArray().ToDictionary(static passkey => passkey.GetProperty("name").GetString()!);
        Assert.False(passkeys["Laptop"].TryGetProperty("lastUsedAt", out _));
        Assert.Equal(Hosts.Time.GetUtcNow(), passkeys["Phone"].GetProperty("lastUsedAt").GetDateTimeOffset());

        using var removed = await Host.SendAsync(HttpMethod.Delete, $"/me/passkeys/{phone.Id}", second.AccessToken);
        var third = await Hosting.Tokens.ReadAsync(removed);
        await AssertRefusedAsync(phone.Get(await BeginSignInAsync()));
        Assert.Contains("mfa", new JsonWebToken(third.AccessToken).GetPayloadValue<string[]>("amr"));

        using var last = await Host.SendAsync(HttpMethod.Delete, $"/me/passkeys/{Passkey.Id}", third.AccessToken);
        Assert.Equal(["pwd"], new JsonWebToken((await Hosting.Tokens.ReadAsync(last)).AccessToken).GetPayloadValue<string[]>("amr"));
        Assert.Equal(HttpStatusCode.OK, await Host.SignInStatusAsync("ada", GatehouseHost.Password));
    }

    [Fact]
    public async Task UnknownPasskey_IsNotRemoved()
    {
        var (tokens, _) = await AddAsync(await Host.SignInAsync("ada"));

        using var response = await Host.SendAsync(HttpMethod.Delete, "/me/passkeys/AQIDBA", tokens.AccessToken);

        await response.ReadProblemAsync(HttpStatusCode.NotFound, "not-found");
    }

    [Theory]
    [InlineData("not verified")]
    [InlineData("another origin")]
    [InlineData("another relying party")]
    [InlineData("another type")]
    [InlineData("too late")]
    [InlineData("for another user")]
    [InlineData("for another purpose")]
    public async Task NewPasskeyThatIsNotRight_IsNotAdded(string fault)
    {
        var ada = await Host.SignInAsync("ada");
        var options = fault switch
        {
            "for another user" => await BeginAddAsync(await Host.SignInAsAsync("reader")),
            _ => await BeginAddAsync(ada),
        };
        if (fault == "for another purpose")
        {
            var other = JsonNode.Parse(options.GetRawText())!;
            other["challenge"] = (await BeginSignInAsync()).GetProperty("challenge").GetString();
            options = JsonSerializer.SerializeToElement(other);
        }

        Passkey.IsVerified = fault != "not verified";
        Passkey.PageOrigin = fault == "another origin" ? "https://localhost.example.com" : SoftwareAuthenticator.Origin;
        Passkey.RelyingPartyId = fault == "another relying party" ? "example.com" : "localhost";
        Hosts.Time.Advance(fault == "too late" ? TimeSpan.FromMinutes(5) : TimeSpan.Zero);

        await AssertNotAddedAsync(ada, Passkey.Create(options, fault == "another type" ? "webauthn.get" : "webauthn.create"));
    }

    [Fact]
    public async Task SamePasskey_IsAddedOnce()
    {
        var (tokens, _) = await AddAsync(await Host.SignInAsync("ada"));

        await AssertNotAddedAsync(tokens, Passkey.Create(await BeginAddAsync(tokens)));
    }

    [Fact]
    public async Task EleventhPasskey_IsNotAdded()
    {
        var tokens = await Host.SignInAsync("ada");
        for (var count = 0; count < 10; count++)
        {
            using var one = new SoftwareAuthenticator();
            (tokens, _) = await AddAsync(tokens, $"Key {count}", one);
        }

        await AssertNotAddedAsync(tokens, Passkey.Create(await BeginAddAsync(tokens)));
    }

    [Fact]
    public async Task SignInLongAgo_AddsAndRemovesNoPasskey()
    {
        var (tokens, _) = await AddAsync(await Host.SignInAsync("ada"));
        Hosts.Time.Advance(TimeSpan.FromMinutes(11));
        var old = await Host.RefreshOkAsync(tokens.RefreshToken!);

        using var begun = await Host.SendAsync(HttpMethod.Post, "/me/passkeys/options", old.AccessToken);
        using var removed = await Host.SendAsync(HttpMethod.Delete, $"/me/passkeys/{Passkey.Id}", old.AccessToken);

        await begun.ReadProblemAsync(HttpStatusCode.Unauthorized, "insufficient-user-authentication");
        await removed.ReadProblemAsync(HttpStatusCode.Unauthorized, "insufficient-user-authentication");
    }
}
