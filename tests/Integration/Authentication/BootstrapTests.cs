using System.Net;
using System.Net.Http.Json;
using Gatehouse.Keys;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>How the first administrator comes to be.</summary>
[DependsOnStorage]
public sealed class BootstrapTests : GatehouseTest
{
    private const string OneTimePassword = "seven quiet harbours";
    private const string NewPassword = "a long enough password";

    [Fact]
    public async Task OneTimePassword_GrantsNothingUntilItIsChanged()
    {
        await AddSecretAsync($$"""{"username":"root","password":"{{OneTimePassword}}"}""");

        var first = await SignInAsync("root", OneTimePassword);
        Assert.Equal("", first!.Scope);
        using (var refused = await Host.GetAsync("/users/root", first.AccessToken))
        {
            var problem = await refused.ReadProblemAsync(HttpStatusCode.Forbidden, "access-denied");
            Assert.Contains("POST /me/password", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }

        Assert.Empty(new JsonWebToken(first.AccessToken).GetPayloadValue<string[]>("roles"));

        using var changed = await Host.SendAsync(
            HttpMethod.Post, "/me/password", first.AccessToken, JsonContent.Create(new { currentPassword = OneTimePassword, newPassword = NewPassword }));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Contains("users:write", (await Hosting.Tokens.ReadAsync(changed)).Scope, StringComparison.Ordinal);
        Assert.Null(await SignInAsync("root", OneTimePassword));
        var second = await SignInAsync("root", NewPassword);
        using var read = await Host.GetAsync("/users/root", second!.AccessToken);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        Assert.Single(Host.Logs.GetSnapshot(), static record => record.Id.Name == "BootstrapUsed");
        Assert.DoesNotContain(Host.Logs.GetSnapshot(), static record => record.Message.Contains(OneTimePassword, StringComparison.Ordinal));
    }

    [Fact]
    public async Task PasswordHash_NeedsNoChange()
    {
        var hash = await Host.Services.GetRequiredService<PasswordHashing>().HashAsync(NewPassword, TestContext.Current.CancellationToken);
        await AddSecretAsync($$"""{"username":"root","passwordHash":"{{hash}}"}""");

        Assert.Contains("users:write", (await SignInAsync("root", NewPassword))!.Scope, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecretIsIgnored_WhileThereIsAnAdministrator()
    {
        await Host.AddUserAsync("ann", "admin");
        await AddSecretAsync($$"""{"username":"root","password":"{{OneTimePassword}}"}""");

        Assert.Null(await SignInAsync("root", OneTimePassword));
    }

    [Fact]
    public async Task UserOfThatName_DoesNotBecomeAdministrator()
    {
        await Host.AddUserAsync("root", "reader");
        await AddSecretAsync($$"""{"username":"root","password":"{{OneTimePassword}}"}""");

        Assert.Null(await SignInAsync("root", OneTimePassword));
        Assert.Equal("samples:read", (await SignInAsync("root", GatehouseHost.Password))!.Scope);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"username":"root"}""")]
    [InlineData("""{"username":" ","password":"x"}""")]
    [InlineData("""{"username":"root","password":"x","passwordHash":"y"}""")]
    public async Task MalformedSecret_IsLogged_AndNobodyGetsIn(string secret)
    {
        await AddSecretAsync(secret);
        await Host.AddUserAsync("ada", "reader");

        Assert.Null(await SignInAsync("root", "x"));
        Assert.NotNull(await SignInAsync("ada", GatehouseHost.Password));
        Assert.Contains(Host.Logs.GetSnapshot(), static record => record.Message.Contains("bootstrap-admin describes no administrator", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("Password123!")]
    public async Task WeakPassword_CreatesNoAdministrator_AndIsLogged(string password)
    {
        await AddSecretAsync($$"""{"username":"root","password":"{{password}}"}""");

        Assert.Null(await SignInAsync("root", password));
        Assert.Contains(Host.Logs.GetSnapshot(), static record => record.Message.Contains("bootstrap-admin is too weak", StringComparison.Ordinal));
        Assert.DoesNotContain(Host.Logs.GetSnapshot(), static record => record.Message.Contains("Password123!", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\uFEFF", "")]
    [InlineData("", "\r\n")]
    public async Task ByteOrderMarkAndFinalLineBreak_AreIgnored(string before, string after)
    {
        await AddSecretAsync($$"""{{before}}{"username":"root","password":"{{OneTimePassword}}"}{{after}}""");

        Assert.NotNull(await SignInAsync("root", OneTimePassword));
    }

    [Fact]
    public async Task InvisibleTwinOfAName_CreatesNoAdministrator()
    {
        await AddSecretAsync($$"""{"username":"root\uFE0F","password":"{{OneTimePassword}}"}""");

        Assert.Null(await SignInAsync("root\uFE0F", OneTimePassword));
    }

    [Fact]
    public async Task SecretAddedLater_IsFoundSoon()
    {
        Assert.Null(await SignInAsync("root", OneTimePassword));
        await AddSecretAsync($$"""{"username":"root","password":"{{OneTimePassword}}"}""");
        Host.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.NotNull(await SignInAsync("root", OneTimePassword));
    }

    private Task<string> AddSecretAsync(string value) =>
        Host.Services.GetRequiredService<FileSecretSource>().AddVersionAsync("bootstrap-admin", value, "application/json", TestContext.Current.CancellationToken);

    private async Task<Hosting.Tokens?> SignInAsync(string username, string password)
    {
        using var response = await Host.Client.PostAsJsonAsync("/authenticate", new { username, password }, TestContext.Current.CancellationToken);
        return response.IsSuccessStatusCode ? await Hosting.Tokens.ReadAsync(response) : null;
    }
}
