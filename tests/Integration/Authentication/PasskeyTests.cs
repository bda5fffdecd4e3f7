using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Tokens;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>Adding passkeys and signing in with them (WebAuthn), on two instances.</summary>
[DependsOnStorage]
public sealed class PasskeyTests : IAsyncLifetime
{
    private readonly SoftwareAuthenticator _passkey = new();
    private TwoHosts _hosts = null!;

    private GatehouseHost Host => _hosts.First;

    public async ValueTask InitializeAsync()
    {
        _hosts = await TwoHosts.StartAsync();
        await Host.AddUserAsync("ada", "reader");
    }

    public async ValueTask DisposeAsync()
    {
        _passkey.Dispose();
        await _hosts.DisposeAsync();
    }

    [Theory]
    [InlineData(false, "hwk")]
    [InlineData(true, "swk")]
    public async Task Passkey_SignsInAlone_AtAnotherInstance_AndTheTokensTellSo(bool isSynced, string method)
    {
        _passkey.IsSynced = isSynced;
        await AddAsync(await Host.SignInAsync("ada"));
        var options = await BeginSignInAsync();

        using var response = await PostAsync(_hosts.Second, _passkey.Get(options));

        var tokens = await Hosting.Tokens.ReadAsync(response);
        Assert.Equal("samples:read", tokens.Scope);
        var token = new JsonWebToken(tokens.AccessToken);
        Assert.Equal([method, "user", "mfa"], token.GetPayloadValue<string[]>("amr"));
        using var opened = await Host.GetAsync("/sample/mfa", tokens.AccessToken);
        Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
    }

    [Theory]
    [InlineData("ada", HttpStatusCode.OK)]
    [InlineData("ADA", HttpStatusCode.OK)]
    [InlineData("eve", HttpStatusCode.Unauthorized)]
    [InlineData("nobody", HttpStatusCode.Unauthorized)]
    public async Task UserName_MustBeThatOfThePasskey(string username, HttpStatusCode expected)
    {
        await Host.AddUserAsync("eve", "reader");
        await AddAsync(await Host.SignInAsync("ada"));

        using var response = await PostAsync(Host, _passkey.Get(await BeginSignInAsync()), username);

        Assert.Equal(expected, response.StatusCode);
    }

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
    public async Task PasswordOfAUserWithAPasskey_IsNotEnough_ButARecoveryCodeHelps()
    {
        var (_, codes) = await AddAsync(await Host.SignInAsync("ada"));

        Assert.Equal(HttpStatusCode.OK, await Host.SignInWithCodeAsync("ada", codes[0]));
    }

    [Fact]
    public async Task SeveralPasskeys_AreListed_WithNameAndLastUse_AndRemovedOneByOne()
    {
        var (first, codes) = await AddAsync(await Host.SignInAsync("ada"), "Laptop");
        using var phone = new SoftwareAuthenticator();
        var (second, more) = await AddAsync(first, "Phone", phone);
        Assert.NotEmpty(codes);
        Assert.Empty(more);
        _hosts.Time.Advance(TimeSpan.FromMinutes(1));
        using var signedIn = await PostAsync(Host, phone.Get(await BeginSignInAsync()));
        Assert.Equal(HttpStatusCode.OK, signedIn.StatusCode);

        using var listed = await Host.GetAsync("/me/factors", second.AccessToken);
        var passkeys = (await listed.ReadJsonAsync()).GetProperty("passkeys").EnumerateArray().ToDictionary(static passkey => passkey.GetProperty("name").GetString()!);
        Assert.False(passkeys["Laptop"].TryGetProperty("lastUsedAt", out _));
        Assert.Equal(_hosts.Time.GetUtcNow(), passkeys["Phone"].GetProperty("lastUsedAt").GetDateTimeOffset());

        using var removed = await Host.SendAsync(HttpMethod.Delete, $"/me/passkeys/{phone.Id}", second.AccessToken);
        var third = await Hosting.Tokens.ReadAsync(removed);
        await AssertRefusedAsync(phone.Get(await BeginSignInAsync()));
        Assert.Contains("mfa", new JsonWebToken(third.AccessToken).GetPayloadValue<string[]>("amr"));

        using var last = await Host.SendAsync(HttpMethod.Delete, $"/me/passkeys/{_passkey.Id}", third.AccessToken);
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

    [Fact]
    public async Task Challenge_IsAcceptedOnce_AtAllInstances()
    {
        await AddAsync(await Host.SignInAsync("ada"));
        var answer = _passkey.Get(await BeginSignInAsync());

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => PostAsync(number % 2 == 0 ? Host : _hosts.Second, answer)));

        Assert.Single(answers, static response => response.StatusCode == HttpStatusCode.OK);
        await AssertRefusedAsync(answer);
    }

    [Fact]
    public async Task Challenge_EndsAfterFiveMinutes()
    {
        await AddAsync(await Host.SignInAsync("ada"));
        var options = await BeginSignInAsync();
        _hosts.Time.Advance(TimeSpan.FromMinutes(5));

        await AssertRefusedAsync(_passkey.Get(options));
    }

    [Fact]
    public async Task InventedChallenge_IsRefused()
    {
        await AddAsync(await Host.SignInAsync("ada"));

        foreach (var challenge in new[] { "", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "not base64url!" })
        {
            await AssertRefusedAsync(_passkey.Get(JsonSerializer.SerializeToElement(new { challenge })));
        }
    }

    [Fact]
    public async Task ChallengeForAnotherPurpose_IsRefused()
    {
        var (tokens, _) = await AddAsync(await Host.SignInAsync("ada"));

        await AssertRefusedAsync(_passkey.Get(await BeginAddAsync(tokens)));
    }

    [Fact]
    public async Task CounterThatDoesNotGrow_IsRefused_BecauseItShowsACopy()
    {
        _passkey.Counter = 5;
        await AddAsync(await Host.SignInAsync("ada"));
        foreach (var counter in new uint[] { 5, 4, 0 })
        {
            _passkey.Counter = counter;
            await AssertRefusedAsync(_passkey.Get(await BeginSignInAsync()));
        }

        _passkey.Counter = 6;
        using var response = await PostAsync(Host, _passkey.Get(await BeginSignInAsync()));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        _hosts.Time.Advance(TimeSpan.FromSeconds(1));
        await AssertRefusedAsync(_passkey.Get(await BeginSignInAsync()));
    }

    [Theory]
    [InlineData("not verified")]
    [InlineData("not present")]
    [InlineData("another origin")]
    [InlineData("another relying party")]
    [InlineData("another type")]
    [InlineData("another key")]
    [InlineData("another user")]
    [InlineData("unknown user")]
    public async Task SignInThatIsNotRight_IsRefused(string fault)
    {
        var eve = await Host.AddUserAsync("eve", "owner");
        await AddAsync(await Host.SignInAsync("ada"));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _passkey.IsVerified = fault != "not verified";
        _passkey.IsPresent = fault != "not present";
        _passkey.PageOrigin = fault == "another origin" ? "http://localhost:5174" : SoftwareAuthenticator.Origin;
        _passkey.RelyingPartyId = fault == "another relying party" ? "example.com" : "localhost";
        _passkey.UserHandle = fault switch
        {
            "another user" => TokenForge.Encode(System.Text.Encoding.ASCII.GetBytes(eve.Id)),
            "unknown user" => "AQIDBA",
            _ => _passkey.UserHandle,
        };

        await AssertRefusedAsync(_passkey.Get(await BeginSignInAsync(), fault == "another type" ? "webauthn.create" : "webauthn.get", fault == "another key" ? key : null));
    }

    [Theory]
    [InlineData("id")]
    [InlineData("rawId")]
    [InlineData("response")]
    public async Task CredentialWithoutAMember_IsRefused(string member)
    {
        await AddAsync(await Host.SignInAsync("ada"));
        var answer = _passkey.Get(await BeginSignInAsync());
        answer.Remove(member);

        await AssertRefusedAsync(answer);
    }

    [Theory]
    [InlineData("clientDataJSON")]
    [InlineData("authenticatorData")]
    [InlineData("signature")]
    [InlineData("userHandle")]
    public async Task CredentialWithABrokenMember_IsRefused(string member)
    {
        await AddAsync(await Host.SignInAsync("ada"));
        foreach (var value in new JsonNode?[] { null, 7, "", "AAAA", "not base64url!" })
        {
            var answer = _passkey.Get(await BeginSignInAsync());
            answer["response"]!.AsObject()[member] = value?.DeepClone();
            await AssertRefusedAsync(answer);
        }
    }

    [Fact]
    public async Task DisabledUser_IsRefused()
    {
        await AddAsync(await Host.SignInAsync("ada"));
        var users = Host.Services.GetRequiredService<IUserStore>();
        Assert.True(UserName.TryParse("ada", out var name));
        var user = await users.FindAsync(name, TestContext.Current.CancellationToken);
        Assert.NotNull(await users.TryReplaceAsync(user! with { IsEnabled = false }, TestContext.Current.CancellationToken));

        await AssertRefusedAsync(_passkey.Get(await BeginSignInAsync()));
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

        _passkey.IsVerified = fault != "not verified";
        _passkey.PageOrigin = fault == "another origin" ? "https://localhost.example.com" : SoftwareAuthenticator.Origin;
        _passkey.RelyingPartyId = fault == "another relying party" ? "example.com" : "localhost";
        _hosts.Time.Advance(fault == "too late" ? TimeSpan.FromMinutes(5) : TimeSpan.Zero);

        await AssertNotAddedAsync(ada, _passkey.Create(options, fault == "another type" ? "webauthn.get" : "webauthn.create"));
    }

    [Fact]
    public async Task SamePasskey_IsAddedOnce()
    {
        var (tokens, _) = await AddAsync(await Host.SignInAsync("ada"));

        await AssertNotAddedAsync(tokens, _passkey.Create(await BeginAddAsync(tokens)));
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

        await AssertNotAddedAsync(tokens, _passkey.Create(await BeginAddAsync(tokens)));
    }

    [Fact]
    public async Task SignInLongAgo_AddsAndRemovesNoPasskey()
    {
        var (tokens, _) = await AddAsync(await Host.SignInAsync("ada"));
        _hosts.Time.Advance(TimeSpan.FromMinutes(11));
        var old = await Host.RefreshOkAsync(tokens.RefreshToken!);

        using var begun = await Host.SendAsync(HttpMethod.Post, "/me/passkeys/options", old.AccessToken);
        using var removed = await Host.SendAsync(HttpMethod.Delete, $"/me/passkeys/{_passkey.Id}", old.AccessToken);

        await begun.ReadProblemAsync(HttpStatusCode.Unauthorized, "insufficient-user-authentication");
        await removed.ReadProblemAsync(HttpStatusCode.Unauthorized, "insufficient-user-authentication");
    }

    [Fact]
    public async Task Options_AskForAVerifiedUser_AndNameNoUser()
    {
        var create = await BeginAddAsync(await Host.SignInAsync("ada"));
        var get = await BeginSignInAsync();

        Assert.Equal("required", create.GetProperty("authenticatorSelection").GetProperty("userVerification").GetString());
        Assert.Equal("required", create.GetProperty("authenticatorSelection").GetProperty("residentKey").GetString());
        Assert.Equal("none", create.GetProperty("attestation").GetString());
        Assert.Equal("required", get.GetProperty("userVerification").GetString());
        Assert.False(get.TryGetProperty("allowCredentials", out var allowed) && allowed.GetArrayLength() > 0);
    }

    [Fact]
    public async Task MissingFields_AreListed()
    {
        using var response = await Host.Client.PostAsJsonAsync("/authenticate/passkey", new { credential = "x", other = 1 }, TestContext.Current.CancellationToken);

        Assert.Equal(["credential", "other"], HttpResponseMessageExtensions.FieldsOf(await response.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request")));
    }

    [Theory]
    [InlineData("/authenticate/passkey")]
    [InlineData("/authenticate/passkey/options")]
    [InlineData("/me/passkeys")]
    public async Task WithoutTheSetting_ThereAreNoPasskeys(string path)
    {
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions
        {
            Settings = new Dictionary<string, string?> { ["Authentication:Passkeys:RelyingPartyId"] = "", ["Authentication:Passkeys:Origins"] = "" },
        });

        using var response = await host.SendAsync(HttpMethod.Post, path);

        await response.ReadProblemAsync(HttpStatusCode.NotFound, "not-found");
    }

    private async Task<(Hosting.Tokens Tokens, string[] Codes)> AddAsync(Hosting.Tokens tokens, string name = "Laptop", SoftwareAuthenticator? passkey = null)
    {
        var credential = (passkey ?? _passkey).Create(await BeginAddAsync(tokens));
        using var added = await Host.SendAsync(HttpMethod.Post, "/me/passkeys", tokens.AccessToken, JsonContent.Create(new { name, credential }));
        Assert.Equal(HttpStatusCode.OK, added.StatusCode);
        var answer = await added.ReadJsonAsync();
        var fresh = answer.GetProperty("tokens");
        return (
            new Hosting.Tokens(fresh.GetProperty("access_token").GetString()!, fresh.GetProperty("refresh_token").GetString(), fresh.GetProperty("scope").GetString()!, fresh.GetProperty("expires_in").GetInt64(), "Bearer"),
            answer.TryGetProperty("recoveryCodes", out var codes) ? [.. codes.EnumerateArray().Select(static code => code.GetString()!)] : []);
    }

    private async Task<JsonElement> BeginAddAsync(Hosting.Tokens tokens)
    {
        using var begun = await Host.SendAsync(HttpMethod.Post, "/me/passkeys/options", tokens.AccessToken);
        Assert.Equal(HttpStatusCode.OK, begun.StatusCode);
        return (await begun.ReadJsonAsync()).GetProperty("publicKey");
    }

    private async Task<JsonElement> BeginSignInAsync()
    {
        // A challenge must be later than the one before.
        _hosts.Time.Advance(TimeSpan.FromMilliseconds(1));
        using var begun = await Host.SendAsync(HttpMethod.Post, "/authenticate/passkey/options");
        Assert.Equal(HttpStatusCode.OK, begun.StatusCode);
        return (await begun.ReadJsonAsync()).GetProperty("publicKey");
    }

    private static Task<HttpResponseMessage> PostAsync(GatehouseHost host, JsonObject credential, string? username = null) =>
        host.Client.PostAsJsonAsync("/authenticate/passkey", username is null ? (object)new { credential } : new { credential, username }, TestContext.Current.CancellationToken);

    private async Task AssertRefusedAsync(JsonObject credential)
    {
        using var response = await PostAsync(Host, credential);
        await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-passkey");
    }

    private async Task AssertNotAddedAsync(Hosting.Tokens tokens, JsonObject credential)
    {
        using var response = await Host.SendAsync(HttpMethod.Post, "/me/passkeys", tokens.AccessToken, JsonContent.Create(new { name = "Laptop", credential }));
        Assert.Equal(["credential"], HttpResponseMessageExtensions.FieldsOf(await response.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request")));
    }
}
