using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Tokens;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>Signing in with a password and a code, on two instances.</summary>
[DependsOnStorage]
public sealed class SecondFactorTests : IAsyncLifetime
{
    private TwoHosts _hosts = null!;
    private AuthenticatorApp _app = null!;

    private GatehouseHost Host => _hosts.First;

    private string Code => _app.Show(_hosts.Time.GetUtcNow());

    public async ValueTask InitializeAsync()
    {
        _hosts = await TwoHosts.StartAsync();
        await Host.AddUserAsync("ada", "reader");
        _app = await Host.AddAppAsync("ada");
    }

    public ValueTask DisposeAsync() => _hosts.DisposeAsync();

    [Fact]
    public async Task TicketAndCode_FinishTheSignIn_AtAnotherInstance_AndTheTokensTellSo()
    {
        var ticket = await Host.GetTicketAsync("ada");

        using var response = await _hosts.Second.PostCodeAsync(ticket, Code);

        var tokens = await Hosting.Tokens.ReadAsync(response);
        var refreshed = await Host.RefreshOkAsync(tokens.RefreshToken!);
        foreach (var token in new[] { tokens, refreshed })
        {
            var claims = new JsonWebToken(token.AccessToken);
            Assert.Equal(["pwd", "otp", "mfa"], claims.GetPayloadValue<string[]>("amr"));
            Assert.Equal("http://schemas.openid.net/pape/policies/2007/06/multi-factor", claims.GetPayloadValue<string>("acr"));
            Assert.Equal("samples:read", token.Scope);
        }

        using var opened = await Host.GetAsync("/sample/mfa", refreshed.AccessToken);
        Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
    }

    [Fact]
    public async Task Form_FinishesTheSignIn()
    {
        using var response = await Host.PostFormAsync("/authenticate/code", ("ticket", await Host.GetTicketAsync("ada")), ("code", Code));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task WrongPassword_GetsTheAnswerOfAnUnknownUser()
    {
        var answers = new List<string>();
        foreach (var username in new[] { "ada", "nobody" })
        {
            using var response = await Host.Client.PostAsJsonAsync("/authenticate", new { username, password = "wrong" }, TestContext.Current.CancellationToken);
            var problem = await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-credentials");
            answers.Add(problem.GetRawText().Replace(problem.GetProperty("traceId").GetString()!, "", StringComparison.Ordinal));
        }

        Assert.Single(answers.Distinct());
    }

    [Theory]
    [InlineData(-30)]
    [InlineData(0)]
    [InlineData(30)]
    public async Task Code_OfAClockThatIsOneStepOff_IsAccepted(int seconds) =>
        Assert.Equal(HttpStatusCode.OK, await Host.SignInWithCodeAsync("ada", _app.Show(_hosts.Time.GetUtcNow().AddSeconds(seconds))));

    [Theory]
    [InlineData(-60)]
    [InlineData(60)]
    public async Task Code_OfAClockThatIsFurtherOff_IsRefused(int seconds) =>
        await Host.AssertInvalidCodeAsync(await Host.GetTicketAsync("ada"), _app.Show(_hosts.Time.GetUtcNow().AddSeconds(seconds)));

    [Fact]
    public async Task UsedCode_IsRefused_AtEveryInstance()
    {
        Assert.Equal(HttpStatusCode.OK, await Host.SignInWithCodeAsync("ada", Code));

        await _hosts.Second.AssertInvalidCodeAsync(await _hosts.Second.GetTicketAsync("ada"), Code);
    }

    [Fact]
    public async Task CodeBeforeTheLastUsedOne_IsRefused()
    {
        Assert.Equal(HttpStatusCode.OK, await Host.SignInWithCodeAsync("ada", Code));

        await Host.AssertInvalidCodeAsync(await Host.GetTicketAsync("ada"), _app.Show(_hosts.Time.GetUtcNow().AddSeconds(-30)));
    }

    [Fact]
    public async Task CodeSentTenTimesAtOnce_SignsInOnce()
    {
        var ticket = await Host.GetTicketAsync("ada");
        var code = Code;

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(number => (number % 2 == 0 ? Host : _hosts.Second).PostCodeAsync(ticket, code)));

        Assert.Single(answers, static answer => answer.StatusCode == HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("UPPER")]
    public async Task RecoveryCode_SignsIn_Once_HoweverItIsTyped(string change)
    {
        var code = change switch { "" => _app.RecoveryCodes[3], "UPPER" => _app.RecoveryCodes[3].ToUpperInvariant(), _ => _app.RecoveryCodes[3].Replace("-", change, StringComparison.Ordinal) };

        Assert.Equal(HttpStatusCode.OK, await Host.SignInWithCodeAsync("ada", code));
        await _hosts.Second.AssertInvalidCodeAsync(await Host.GetTicketAsync("ada"), code);

        Assert.Equal(HttpStatusCode.OK, await Host.SignInWithCodeAsync("ada", _app.RecoveryCodes[4]));
        Assert.Equal(2, Host.Logs.GetSnapshot().Count(static record => record.Id.Name == "RecoveryCodeUsed"));
    }

    [Theory]
    [InlineData("000000")]
    [InlineData("12345")]
    [InlineData("aaaaaa-aaaaaa-aaaaaa-aaaaaa")]
    [InlineData("ü")]
    public async Task WrongCode_IsRefused_AndAudited(string code)
    {
        await Host.AssertInvalidCodeAsync(await Host.GetTicketAsync("ada"), code);

        Assert.Contains(Host.Logs.GetSnapshot(), static record => record.Id.Name == "LoginFailed" && record.Message.Contains("reason wrong_code", StringComparison.Ordinal));
    }

    [Fact]
    public async Task FiveWrongCodes_LockOut_AtEveryInstance_EvenWithTheRightOne()
    {
        var ticket = await Host.GetTicketAsync("ada");
        for (var guess = 0; guess < 5; guess++)
        {
            await Host.AssertInvalidCodeAsync(ticket, "000000");
        }

        await _hosts.Second.AssertInvalidCodeAsync(ticket, Code);
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.SignInStatusAsync("ada", GatehouseHost.Password));
        _hosts.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(HttpStatusCode.OK, await _hosts.Second.SignInWithCodeAsync("ada", Code));
    }

    [Fact]
    public async Task RightPassword_ForgivesNoWrongCode()
    {
        for (var guess = 0; guess < 5; guess++)
        {
            await Host.AssertInvalidCodeAsync(await Host.GetTicketAsync("ada"), "000000");
        }

        using var response = await Host.Client.PostAsJsonAsync("/authenticate", new { username = "ada", password = GatehouseHost.Password }, TestContext.Current.CancellationToken);
        await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-credentials");
    }

    [Fact]
    public async Task FiftyGuessesAtOnce_OnTwoInstances_DoNotOvertakeTheLockout()
    {
        var ticket = await Host.GetTicketAsync("ada");

        await Task.WhenAll(Enumerable.Range(0, 50).Select(number => (number % 2 == 0 ? Host : _hosts.Second).PostCodeAsync(ticket, "000000")));

        await Host.AssertInvalidCodeAsync(ticket, Code);
    }

    [Fact]
    public async Task RightCode_ForgivesTheWrongOnes()
    {
        for (var round = 0; round < 3; round++)
        {
            for (var guess = 0; guess < 4; guess++)
            {
                await Host.AssertInvalidCodeAsync(await Host.GetTicketAsync("ada"), "000000");
            }

            Assert.Equal(HttpStatusCode.OK, await Host.SignInWithCodeAsync("ada", Code));
            _hosts.Time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task Ticket_EndsAfterFiveMinutes()
    {
        var ticket = await Host.GetTicketAsync("ada");
        _hosts.Time.Advance(TimeSpan.FromMinutes(5));

        await Host.AssertInvalidTicketAsync(ticket, Code);
    }

    [Fact]
    public async Task Ticket_ThatWasChangedOrInvented_IsRefused()
    {
        var ticket = await Host.GetTicketAsync("ada");

        foreach (var forged in new[] { "x", "AAAA", "not base64url!", new string('A', 200), ticket[..^2], (ticket[0] == 'A' ? 'B' : 'A') + ticket[1..] })
        {
            await Host.AssertInvalidTicketAsync(forged, Code);
        }
    }

    [Fact]
    public async Task Ticket_ForAnotherPurpose_IsRefused()
    {
        var (_, ticket) = await Host.BeginTotpAsync(_app.Tokens.AccessToken);

        await Host.AssertInvalidTicketAsync(ticket, Code);
    }

    [Fact]
    public async Task Ticket_EndsWithAChangeOfThePassword()
    {
        var ticket = await Host.GetTicketAsync("ada");
        using var changed = await Host.SendAsync(HttpMethod.Post, "/me/password", _app.Tokens.AccessToken, JsonContent.Create(new { currentPassword = GatehouseHost.Password, newPassword = "paper kite over the harbour" }));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);

        await Host.AssertInvalidTicketAsync(ticket, Code);
    }

    [Fact]
    public async Task ChangeOfThePassword_KeepsTheFactors_AndTheirTime()
    {
        var before = new JsonWebToken(_app.Tokens.AccessToken);

        using var changed = await Host.SendAsync(HttpMethod.Post, "/me/password", _app.Tokens.AccessToken, JsonContent.Create(new { currentPassword = GatehouseHost.Password, newPassword = "paper kite over the harbour" }));

        var after = new JsonWebToken((await Hosting.Tokens.ReadAsync(changed)).AccessToken);
        Assert.Equal(["pwd", "otp", "mfa"], after.GetPayloadValue<string[]>("amr"));
        Assert.Equal(before.GetPayloadValue<long>("auth_time"), after.GetPayloadValue<long>("auth_time"));
    }

    [Fact]
    public async Task Ticket_IsNoToken()
    {
        var ticket = await Host.GetTicketAsync("ada");

        using var me = await Host.GetAsync("/me", ticket);
        await me.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-token");
        await Host.AssertInvalidGrantAsync(ticket);
    }

    [Fact]
    public async Task MissingFields_AreListed()
    {
        using var response = await Host.Client.PostAsJsonAsync("/authenticate/code", new { other = 1 }, TestContext.Current.CancellationToken);

        Assert.Equal(["code", "other", "ticket"], HttpResponseMessageExtensions.FieldsOf(await response.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request")));
    }

    [Fact]
    public async Task Secrets_AreNeverLogged()
    {
        var ticket = await Host.GetTicketAsync("ada");
        var code = Code;
        using var response = await Host.PostCodeAsync(ticket, code);
        await Host.SignInWithCodeAsync("ada", _app.RecoveryCodes[0]);

        foreach (var secret in new[] { ticket, code, _app.Secret, _app.RecoveryCodes[0], _app.RecoveryCodes[1] })
        {
            Assert.DoesNotContain(Host.Logs.GetSnapshot(), record => record.Message.Contains(secret, StringComparison.OrdinalIgnoreCase));
        }
    }
}
