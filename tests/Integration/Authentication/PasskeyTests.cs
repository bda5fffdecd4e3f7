using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>Signing in with passkeys (WebAuthn), on two instances.</summary>
[DependsOnStorage]
public sealed class PasskeyTests : PasskeyTest
{
    [Theory]
    [InlineData(false, "hwk")]
    [InlineData(true, "swk")]
    public async Task Passkey_SignsInAlone_AtAnotherInstance_AndTheTokensTellSo(bool isSynced, string method)
    {
        Passkey.IsSynced = isSynced;
        await AddAsync(await Host.SignInAsync("ada"));
        var options = await BeginSignInAsync();

        using var response = await PostAsync(Hosts.Second, Passkey.Get(options));

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

        using var response = await PostAsync(Host, Passkey.Get(await BeginSignInAsync()), username);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task PasswordOfAUserWithAPasskey_IsNotEnough_ButARecoveryCodeHelps()
    {
        var (_, codes) = await AddAsync(await Host.SignInAsync("ada"));

        Assert.Equal(HttpStatusCode.OK, await Host.SignInWithCodeAsync("ada", codes[0]));
    }

    [Fact]
    public async Task Challenge_IsAcceptedOnce_AtAllInstances()
    {
        await AddAsync(await Host.SignInAsync("ada"));
        var answer = Passkey.Get(await BeginSignInAsync());

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => PostAsync(number % 2 == 0 ? Host : Hosts.Second, answer)));

        Assert.Single(answers, static response => response.StatusCode == HttpStatusCode.OK);
        await AssertRefusedAsync(answer);
    }

    [Fact]
    public async Task Challenge_EndsAfterFiveMinutes()
    {
        await AddAsync(await Host.SignInAsync("ada"));
        var options = await BeginSignInAsync();
        Hosts.Time.Advance(TimeSpan.FromMinutes(5));

        await AssertRefusedAsync(Passkey.Get(options));
    }

    [Fact]
    public async Task InventedChallenge_IsRefused()
    {
        await AddAsync(await Host.SignInAsync("ada"));

        foreach (var challenge in new[] { "", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "not base64url!" })
        {
            await AssertRefusedAsync(Passkey.Get(JsonSerializer.SerializeToElement(new { challenge })));
        }
    }

    [Fact]
    public async Task ChallengeForAnotherPurpose_IsRefused()
    {
        var (tokens, _) = await AddAsync(await Host.SignInAsync("ada"));

        await AssertRefusedAsync(Passkey.Get(await BeginAddAsync(tokens)));
    }

    [Fact]
    public async Task CounterThatDoesNotGrow_IsRefused_BecauseItShowsACopy()
    {
        Passkey.Counter = 5;
        await AddAsync(await Host.SignInAsync("ada"));
        foreach (var counter in new uint[] { 5, 4, 0 })
        {
            Passkey.Counter = counter;
            await AssertRefusedAsync(Passkey.Get(await BeginSignInAsync()));
        }

        Passkey.Counter = 6;
        using var response = await PostAsync(Host, Passkey.Get(await BeginSignInAsync()));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Hosts.Time.Advance(TimeSpan.FromSeconds(1));
        await AssertRefusedAsync(Passkey.Get(await BeginSignInAsync()));
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
        Passkey.IsVerified = fault != "not verified";
        Passkey.IsPresent = fault != "not present";
        Passkey.PageOrigin = fault == "another origin" ? "http://localhost:5174" : SoftwareAuthenticator.Origin;
        Passkey.RelyingPartyId = fault == "another relying party" ? "example.com" : "localhost";
        Passkey.UserHandle = fault switch
        {
            "another user" => TokenForge.Encode(System.Text.Encoding.ASCII.GetBytes(eve.Id)),
            "unknown user" => "AQIDBA",
            _ => Passkey.UserHandle,
        };

        await AssertRefusedAsync(Passkey.Get(await BeginSignInAsync(), fault == "another type" ? "webauthn.create" : "webauthn.get", fault == "another key" ? key : null));
    }

    [Theory]
    [InlineData("id")]
    [InlineData("rawId")]
    [InlineData("response")]
    public async Task CredentialWithoutAMember_IsRefused(string member)
    {
        await AddAsync(await Host.SignInAsync("ada"));
        var answer = Passkey.Get(await BeginSignInAsync());
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
            var answer = Passkey.Get(await BeginSignInAsync());
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

        await AssertRefusedAsync(Passkey.Get(await BeginSignInAsync()));
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
}
