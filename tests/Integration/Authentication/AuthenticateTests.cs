using System.Net;
using System.Net.Http.Json;
using Gatehouse.Audit;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>Signing in with user name and password.</summary>
[DependsOnStorage]
public sealed class AuthenticateTests : GatehouseTest
{
    [Fact]
    public async Task RightPassword_GetsTokens_ThatNameTheUser()
    {
        var user = await Host.AddUserAsync("ada", "writer");

        var tokens = await Host.SignInAsync("ada");

        Assert.NotNull(tokens.RefreshToken);
        Assert.Equal("samples:read samples:write", tokens.Scope);
        var token = new JsonWebToken(tokens.AccessToken);
        Assert.Equal(user.Id, token.Subject);
        Assert.Equal("gatehouse", token.GetPayloadValue<string>("client_id"));
        Assert.Equal(Host.Time.GetUtcNow().ToUnixTimeSeconds(), token.GetPayloadValue<long>("auth_time"));
        Assert.NotEmpty(token.GetPayloadValue<string>("sid"));
        Assert.Equal(["pwd"], token.GetPayloadValue<string[]>("amr"));
        using var me = await Host.GetAsync("/me", tokens.AccessToken);
        var claims = await me.ReadJsonAsync();
        Assert.Equal(user.Id, claims.GetProperty("sub").GetString());
        Assert.Equal("writer", claims.GetProperty("roles")[0].GetString());
        Assert.Equal("pwd", claims.GetProperty("amr")[0].GetString());
    }

    [Theory]
    [InlineData("ADA", "ada")]
    [InlineData("ada@example.com", "Ada@Example.COM")]
    [InlineData("Åsa", "A\u030Asa")]
    [InlineData("ﬁona", "fiona")]
    public async Task Name_IsTheSame_InAnyCaseAndUnicodeForm(string registered, string entered)
    {
        await Host.AddUserAsync(registered, "reader");

        Assert.NotNull((await Host.SignInAsync(entered)).RefreshToken);
    }

    [Fact]
    public async Task UnknownUser_WrongPasswordAndDisabledUser_GetTheSameAnswer()
    {
        await Host.AddUserAsync("ada", "reader");
        var disabled = await Host.AddUserAsync("eve", "reader");
        await Host.Services.GetRequiredService<IUserStore>().TryReplaceAsync(disabled with { IsEnabled = false }, TestContext.Current.CancellationToken);

        var answers = new List<string>();
        foreach (var (name, password) in new[] { ("ada", "wrong"), ("nobody", GatehouseHost.Password), ("eve", GatehouseHost.Password), ("a\u200Bda", GatehouseHost.Password), ("ada", GatehouseHost.Password + " ") })
        {
            using var response = await PostAsync(new { username = name, password });
            var problem = await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-credentials");
            answers.Add(problem.GetRawText().Replace(problem.GetProperty("traceId").GetString()!, "", StringComparison.Ordinal));
            Assert.StartsWith("Bearer realm=", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }

        Assert.Single(answers.Distinct());
    }

    [Theory]
    [InlineData("""{}""", "password,username")]
    [InlineData("""{"username":"ada"}""", "password")]
    [InlineData("""{"username":"ada","password":""}""", "password")]
    [InlineData("""{"username":"ada","password":1}""", "password")]
    [InlineData("""{"username":"ada","email":"ada@example.com","password":"x"}""", "email")]
    [InlineData("""{"username":"ada","password":"x","remember":true}""", "remember")]
    public async Task MissingAndUnknownFields_AreListed(string json, string fields)
    {
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var response = await Host.SendAsync(HttpMethod.Post, "/authenticate", content: content);

        var problem = await response.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal(fields, string.Join(',', HttpResponseMessageExtensions.FieldsOf(problem)));
    }

    [Fact]
    public async Task TooLongPassword_IsRefusedWithoutHashing()
    {
        using var response = await PostAsync(new { username = "ada", password = new string('x', 129) });

        await response.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public async Task WeakerHash_IsReplaced_AtSignIn()
    {
        using var folder = new TemporaryFolder();
        await using (var before = await GatehouseHost.StartAsync(new GatehouseHostOptions { DataFolder = folder.Path }))
        {
            await before.AddUserAsync("ada", "reader");
        }

        await using var after = await GatehouseHost.StartAsync(new GatehouseHostOptions
        {
            DataFolder = folder.Path,
            Settings = new Dictionary<string, string?> { ["Authentication:HashingIterations"] = "110000" },
        });
        var users = after.Services.GetRequiredService<IUserStore>();
        Assert.True(UserName.TryParse("ada", out var name));
        var weak = (await users.FindAsync(name, TestContext.Current.CancellationToken))!.PasswordHash;
        await after.SignInAsync("ada");
        var strong = (await users.FindAsync(name, TestContext.Current.CancellationToken))!.PasswordHash;
        await after.SignInAsync("ada");

        Assert.NotEqual(weak, strong);
        Assert.Equal(strong, (await users.FindAsync(name, TestContext.Current.CancellationToken))!.PasswordHash);
    }

    [Fact]
    public async Task SignIns_AreAudited_WithUserAddressAndOutcome()
    {
        var user = await Host.AddUserAsync("ada", "reader");
        var tokens = await Host.SignInAsync("ada");
        using var refused = await PostAsync(new { username = "ada", password = "not the password at all" });

        var audit = Host.Logs.GetSnapshot().Where(static entry => entry.Category == AuditLog.Category).ToArray();
        var signedIn = Assert.Single(audit, static entry => entry.Id.Name == "LoginSucceeded");
        Assert.Equal(user.Id, signedIn.GetStructuredStateValue("Subject"));
        Assert.Equal(new JsonWebToken(tokens.AccessToken).GetPayloadValue<string>("sid"), signedIn.GetStructuredStateValue("Session"));
        Assert.Equal("127.0.0.1", signedIn.GetStructuredStateValue("Address"));
        var failed = Assert.Single(audit, static entry => entry.Id.Name == "LoginFailed");
        Assert.Equal(user.Id, failed.GetStructuredStateValue("Subject"));
        Assert.Equal("wrong_password", failed.GetStructuredStateValue("Reason"));
    }

    [Fact]
    public async Task Password_IsStoredAsAHash()
    {
        var users = Host.Services.GetRequiredService<IUserStore>();
        var ada = await Host.AddUserAsync("ada", "reader");
        var vera = await Host.AddUserAsync("vera", "reader");

        var first = (await users.FindAsync(ada.Name, TestContext.Current.CancellationToken))!;
        var second = (await users.FindAsync(vera.Name, TestContext.Current.CancellationToken))!;
        Assert.DoesNotContain(GatehouseHost.Password, first.PasswordHash, StringComparison.Ordinal);
        Assert.NotEqual(first.PasswordHash, second.PasswordHash);
    }

    [Fact]
    public async Task Passwords_AreNeverLogged()
    {
        await Host.AddUserAsync("ada", "reader");
        await Host.SignInAsync("ada");
        using var response = await PostAsync(new { username = "ada", password = "wrong-password-in-the-log" });

        Assert.DoesNotContain(Host.Logs.GetSnapshot(), static record =>
            record.Message.Contains(GatehouseHost.Password, StringComparison.Ordinal) || record.Message.Contains("wrong-password-in-the-log", StringComparison.Ordinal));
    }

    private Task<HttpResponseMessage> PostAsync<T>(T body) => Host.Client.PostAsJsonAsync("/authenticate", body, TestContext.Current.CancellationToken);
}
