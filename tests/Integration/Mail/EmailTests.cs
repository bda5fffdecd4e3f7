using System.Net;
using System.Net.Http.Json;
using Gatehouse.Mail;
using Gatehouse.Tests.Integration.Authentication;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;

namespace Gatehouse.Tests.Integration.Mail;

/// <summary>The e-mail addresses of users.</summary>
[DependsOnStorage]
public sealed class EmailTests : MailTest
{
    private protected override Dictionary<string, string?> Settings => new(base.Settings, StringComparer.Ordinal) { ["Authorization:Roles:helpdesk"] = "users:read users:write samples:read" };

    [Fact]
    public async Task OwnAddress_IsSet_Verified_Changed_AndRemoved()
    {
        await Host.AddUserAsync("grace", "reader");
        var token = (await Host.SignInAsync("grace")).AccessToken;
        Assert.Equal((null, false), await ReadAsync(token));

        Assert.Equal(HttpStatusCode.BadRequest, await PutEmailAsync(token, "no address"));
        Assert.Equal(HttpStatusCode.OK, await PutEmailAsync(token, "Grace@Example.com"));
        Assert.Equal(("grace@example.com", false), await ReadAsync(token));
        var code = await ReceiveCodeAsync("grace@example.com", "Confirm your address");
        await RequestResetAsync("grace@example.com");
        Assert.Empty(await ReceiveAsync());
        Assert.Equal(HttpStatusCode.NoContent, await PostStatusAsync("/email-verification", new { code }));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostStatusAsync("/email-verification", new { code }));
        Assert.Equal(("grace@example.com", true), await ReadAsync(token));
        Assert.Equal(HttpStatusCode.OK, await PutEmailAsync(token, "GRACE@example.com"));
        Assert.Equal(("grace@example.com", true), await ReadAsync(token));
        Assert.Empty(await ReceiveAsync());

        Assert.Equal(HttpStatusCode.OK, await PutEmailAsync(token, "hopper@example.com"));
        Assert.Equal(("hopper@example.com", false), await ReadAsync(token));
        Assert.Equal(
            ["grace@example.com: Your address was changed", "hopper@example.com: Confirm your address"],
            (await ReceiveAsync()).Select(static mail => $"{mail.To}: {mail.Subject}").Order(StringComparer.Ordinal));
        await RequestResetAsync("grace@example.com");
        Assert.Equal(HttpStatusCode.OK, await PutEmailAsync(token, email: null));
        Assert.Equal((null, false), await ReadAsync(token));
        Assert.Empty(await ReceiveAsync());
        Assert.Equal(
            ["email changed", "email verified", "email changed", "email removed"],
            Host.Logs.GetSnapshot().Where(static record => record.Id.Name == "UserChanged").Select(static record => record.GetStructuredStateValue("What")!));
    }

    [Fact]
    public async Task OwnAddress_NeedsARecentSignIn_AndNoClientHasOne()
    {
        await Host.AddUserAsync("grace", "reader");
        var token = (await Host.SignInAsync("grace")).AccessToken;
        await Host.AddClientSecretAsync();
        using var client = await Host.PostFormAsync("/token", ("grant_type", "client_credentials"), ("client_id", GatehouseHost.ClientId), ("client_secret", GatehouseHost.ClientSecret));
        using var refused = await Host.GetAsync("/me/email", (await Hosting.Tokens.ReadAsync(client)).AccessToken);
        await refused.ReadProblemAsync(HttpStatusCode.Forbidden, "access-denied");

        Host.Time.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal(HttpStatusCode.Unauthorized, await PutEmailAsync(token, "grace@example.com"));
    }

    [Fact]
    public async Task Address_OfAnotherUser_CanBeSet_ButNotVerified_UntilItIsFree()
    {
        await AddVerifiedAsync("grace", "grace@example.com");
        await Host.AddUserAsync("mallory", "reader");
        var token = (await Host.SignInAsync("mallory")).AccessToken;

        Assert.Equal(HttpStatusCode.OK, await PutEmailAsync(token, "GRACE@example.com"));
        var code = await ReceiveCodeAsync("grace@example.com", "Confirm your address");
        using var taken = await PostAsync("/email-verification", new { code });
        await taken.ReadProblemAsync(HttpStatusCode.Conflict, "conflict");
        await RequestResetAsync("grace@example.com");
        Assert.StartsWith("Hello grace,", Assert.Single(await ReceiveAsync()).TextBody!, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, await PutEmailAsync((await Host.SignInAsync("grace")).AccessToken, email: null));
        Assert.Equal(HttpStatusCode.NoContent, await PostStatusAsync("/email-verification", new { code }));
    }

    [Fact]
    public async Task Administrator_SetsAnAddress_OfUsersWithinTheOwnScopes()
    {
        await Host.AddUserAsync("grace", "reader");
        await Host.AddUserAsync("root", "admin");
        await Host.AddUserAsync("hal", "helpdesk");
        var helpdesk = (await Host.SignInAsync("hal")).AccessToken;

        Assert.Equal(HttpStatusCode.Forbidden, await PutEmailAsync(helpdesk, "hal@example.com", "/users/root/email"));
        Assert.Equal(HttpStatusCode.NotFound, await PutEmailAsync(helpdesk, "hal@example.com", "/users/nobody/email"));
        Assert.Equal(HttpStatusCode.OK, await PutEmailAsync(helpdesk, "grace@example.com", "/users/grace/email"));

        Assert.Equal(HttpStatusCode.NoContent, await PostStatusAsync("/email-verification", new { code = await ReceiveCodeAsync("grace@example.com", "Confirm your address") }));
        using var shown = await Host.GetAsync("/users/grace", helpdesk);
        var user = await shown.ReadJsonAsync();
        Assert.Equal("grace@example.com", user.GetProperty("email").GetString());
        Assert.True(user.GetProperty("emailVerified").GetBoolean());
    }

    [Theory]
    [InlineData("grace", "/me/email")]
    [InlineData("root", "/users/grace/email")]
    public async Task UserChangedMeanwhile_IsNotOverwritten(string caller, string path)
    {
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions { Configure = static builder => InterruptedUserStore.Register(builder.Services) });
        await host.AddUserAsync("grace", "reader");
        await host.AddUserAsync("root", "admin");
        var token = (await host.SignInAsync(caller)).AccessToken;
        var store = host.Services.GetRequiredService<InterruptedUserStore>();
        Assert.True(UserName.TryParse("grace", out var name));
        store.InterruptNextWrite(async () => await store.TryReplaceAsync((await store.FindAsync(name, Cancellation))! with { Roles = ["writer"] }, Cancellation));

        using var response = await host.SendAsync(HttpMethod.Put, path, token, JsonContent.Create(new { email = "grace@example.com" }));

        await response.ReadProblemAsync(HttpStatusCode.PreconditionFailed, "precondition-failed");
        Assert.Null((await store.FindAsync(name, Cancellation))!.Email);
    }

    [Fact]
    public async Task TooManyMails_ForOneAddress_AreRefused_KnownOrNot()
    {
        await using var limited = await GatehouseHost.StartAsync(new GatehouseHostOptions { Settings = new Dictionary<string, string?> { ["RateLimits:Enabled"] = "true", ["RateLimits:Mail:PermitLimit"] = "2" } });
        await limited.AddUserAsync("grace", "reader");
        var grace = await limited.SignInAsync("grace");
        using (await limited.SendAsync(HttpMethod.Put, "/me/email", grace.AccessToken, JsonContent.Create(new { email = "grace@example.com" })))
        {
        }

        foreach (var (email, accepted) in new[] { ("grace@example.com", 1), ("nobody@example.com", 2) })
        {
            for (var request = 0; request <= accepted; request++)
            {
                using var response = await limited.SendAsync(HttpMethod.Post, "/password-reset", content: JsonContent.Create(new { email }));
                Assert.Equal(request < accepted ? HttpStatusCode.Accepted : HttpStatusCode.TooManyRequests, response.StatusCode);
            }
        }
    }

    [Fact]
    public async Task LocalHost_WritesMailsAsFiles()
    {
        using var folder = new TemporaryFolder();
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions { DataFolder = folder.Path });
        await host.AddUserAsync("grace", "reader");
        using var set = await host.SendAsync(HttpMethod.Put, "/me/email", (await host.SignInAsync("grace")).AccessToken, JsonContent.Create(new { email = "grace@example.com" }));
        Assert.Equal(HttpStatusCode.OK, set.StatusCode);

        await host.Services.GetRequiredService<MailOutbox>().StopAsync(Cancellation);

        var file = Assert.Single(Directory.GetFiles(Path.Combine(folder.Path, "mail")));
        Assert.EndsWith(".eml", file, StringComparison.Ordinal);
        var message = await MimeMessage.LoadAsync(file, Cancellation);
        Assert.Equal(("Confirm your address", "grace@example.com"), (message.Subject, message.To.ToString()));
    }

    private async Task<(string? Email, bool IsVerified)> ReadAsync(string token)
    {
        using var response = await Host.GetAsync("/me/email", token);
        var document = await response.ReadJsonAsync();
        return (document.TryGetProperty("email", out var email) ? email.GetString() : null, document.GetProperty("verified").GetBoolean());
    }
}
