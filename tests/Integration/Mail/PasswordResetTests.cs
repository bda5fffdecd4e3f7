using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Authentication;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.Mail;

/// <summary>New passwords by mailed codes.</summary>
[DependsOnStorage]
public sealed class PasswordResetTests : MailTest
{
    [Fact]
    public async Task MailedCode_SetsAPassword_Once_AndEndsEverySession()
    {
        var before = await AddVerifiedAsync("grace", "grace@example.com");
        var code = await RequestCodeAsync("Grace@Example.com");

        Assert.Equal(HttpStatusCode.BadRequest, await SetPasswordAsync(code, "Password123!"));
        Assert.Equal(HttpStatusCode.NoContent, await SetPasswordAsync(code));

        Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(before.AccessToken));
        Assert.Equal(HttpStatusCode.BadRequest, await Host.RefreshStatusAsync(before.RefreshToken!));
        Assert.Equal(HttpStatusCode.Unauthorized, await SignInStatusAsync("grace", GatehouseHost.Password));
        Assert.Equal(HttpStatusCode.OK, await SignInStatusAsync("grace", NewPassword));
        Assert.Equal("Your password was changed", Assert.Single(await ReceiveAsync()).Subject);

        using var again = await PostAsync("/password-reset/complete", new { code, password = "another quiet mountain at dusk" });
        await again.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-ticket");
        Assert.Equal(HttpStatusCode.OK, await SignInStatusAsync("grace", NewPassword));
        var grace = await FindAsync("grace");
        Assert.Equal([grace.Id], AuditOf("PasswordResetRequested"));
        Assert.Equal([grace.Id], AuditOf("PasswordReset"));
        Assert.DoesNotContain(Host.Logs.GetSnapshot(), record => record.Message.Contains(code, StringComparison.Ordinal) || record.Message.Contains("grace@", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Request_ForAnyAddress_HasOneAnswer_AndAllItsWorkComesLater()
    {
        foreach (var (name, isEnabled, isVerified) in new[] { ("grace", true, true), ("eve", false, true), ("pending", true, false) })
        {
            await Host.AddUserAsync(name, "reader");
            await ChangeAsync(name, user => user with { IsEnabled = isEnabled, Email = new EmailAddress($"{name}@example.com"), IsEmailVerified = isVerified });
        }

        var answers = new List<string>();
        foreach (var email in new[] { "grace@example.com", "nobody@example.com", "eve@example.com", "pending@example.com" })
        {
            using var response = await PostAsync("/password-reset", new { email });
            answers.Add($"{response.StatusCode} {string.Join(' ', response.Headers.Select(static header => header.Key))} {await response.Content.ReadAsStringAsync(Cancellation)}");
        }

        Assert.Single(answers.Distinct());
        Assert.StartsWith("Accepted", answers[0], StringComparison.Ordinal);

        // The clock stands, so the work has not begun. Nothing of it can be measured in an answer.
        Assert.Empty(AuditOf("PasswordResetRequested"));
        var mail = Assert.Single(await ReceiveAsync());
        Assert.Equal("grace@example.com", mail.To.ToString());
        Assert.Equal(4, AuditOf("PasswordResetRequested").Length);
        Assert.Single(AuditOf("PasswordResetRequested"), static subject => subject is not null);
    }

    [Theory]
    [InlineData("password")]
    [InlineData("disabled")]
    [InlineData("disabled and enabled")]
    [InlineData("address")]
    [InlineData("sessions")]
    [InlineData("time")]
    [InlineData("removed")]
    public async Task Code_EndsWithTheStateOfTheAccount(string change)
    {
        await AddVerifiedAsync("grace", "grace@example.com");
        var code = await RequestCodeAsync("grace@example.com");
        var admin = (await Host.SignInAsAsync("admin")).AccessToken;
        switch (change)
        {
            case "password":
                await PatchAsync(admin, new { password = "paper kite over the harbour" });
                break;
            case "disabled":
                await PatchAsync(admin, new { enabled = false });
                break;
            case "disabled and enabled":
                await PatchAsync(admin, new { enabled = false });
                await PatchAsync(admin, new { enabled = true });
                break;
            case "address":
                Assert.Equal(HttpStatusCode.OK, await PutEmailAsync(admin, "hopper@example.com", "/users/grace/email"));
                break;
            case "sessions":
                using (await Host.SendAsync(HttpMethod.Delete, "/users/grace/factors", admin, ifMatch: "*"))
                {
                    break;
                }

            case "time":
                Host.Time.Advance(TimeSpan.FromMinutes(20));
                break;
            default:
                using (await Host.SendAsync(HttpMethod.Delete, "/users/grace", admin, ifMatch: "*"))
                {
                    break;
                }
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await SetPasswordAsync(code));
    }

    [Fact]
    public async Task Code_IsForOnePurpose()
    {
        await AddVerifiedAsync("grace", "grace@example.com");
        var reset = await RequestCodeAsync("grace@example.com");
        Assert.Equal(HttpStatusCode.OK, await PutEmailAsync((await Host.SignInAsync("grace")).AccessToken, "hopper@example.com"));
        var verification = (await ReceiveAsync()).Single(static mail => mail.Subject == "Confirm your address").TextBody!.Split("Code: ")[1].Split()[0];

        Assert.Equal(HttpStatusCode.Unauthorized, await PostStatusAsync("/email-verification", new { code = reset }));
        Assert.Equal(HttpStatusCode.Unauthorized, await SetPasswordAsync(verification));
        Assert.Equal(HttpStatusCode.Unauthorized, await SetPasswordAsync("no code"));
    }

    [Fact]
    public async Task TwoRequestsWithOneCode_OneSucceeds()
    {
        await AddVerifiedAsync("grace", "grace@example.com");
        var code = await RequestCodeAsync("grace@example.com");

        var statuses = await Task.WhenAll(SetPasswordAsync(code), SetPasswordAsync(code, "another quiet mountain at dusk"));

        Assert.Equal([HttpStatusCode.NoContent, HttpStatusCode.Unauthorized], statuses.Order());
    }

    [Fact]
    public async Task SecondFactor_StaysAfterAReset()
    {
        await AddVerifiedAsync("grace", "grace@example.com");
        var app = await Host.AddAppAsync("grace");

        Assert.Equal(HttpStatusCode.NoContent, await SetPasswordAsync(await RequestCodeAsync("grace@example.com")));

        using var first = await PostAsync("/authenticate", new { username = "grace", password = NewPassword });
        var ticket = (await first.ReadProblemAsync(HttpStatusCode.Unauthorized, "second-factor-required")).GetProperty("ticket").GetString()!;
        using var second = await Host.PostCodeAsync(ticket, app.Show(Host.Time.GetUtcNow()));
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
    }

    private string?[] AuditOf(string name) => [.. Host.Logs.GetSnapshot().Where(record => record.Id.Name == name).Select(static record => record.GetStructuredStateValue("Subject"))];

    private async Task ChangeAsync(string name, Func<User, User> change) =>
        Assert.NotNull(await Host.Services.GetRequiredService<IUserStore>().TryReplaceAsync(change(await FindAsync(name)), Cancellation));

    private async Task PatchAsync<T>(string admin, T change)
    {
        using var response = await Host.SendAsync(HttpMethod.Patch, "/users/grace", admin, JsonContent.Create(change), "*");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
