using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Users;

namespace Gatehouse.Tests.Integration.Mail;

/// <summary>New users by registration and by invitation.</summary>
[DependsOnStorage]
public sealed class RegistrationTests : MailTest
{
    private protected override Dictionary<string, string?> Settings => new(base.Settings, StringComparer.Ordinal)
    {
        ["Authorization:Roles:helpdesk"] = "users:read users:write samples:read",
    };

    [Fact]
    public async Task Registration_MakesAViewer_WhoseAddressIsVerified()
    {
        var code = await RegisterAsync("Grace@Example.com");

        Assert.Equal(HttpStatusCode.BadRequest, await CompleteAsync(code, "grace@example.com"));
        Assert.Equal(HttpStatusCode.NoContent, await CompleteAsync(code));
        using var again = await PostAsync("/registration/complete", new { code, password = NewPassword });
        await again.ReadProblemAsync(HttpStatusCode.Conflict, "conflict");

        Assert.Equal(HttpStatusCode.OK, await SignInStatusAsync("grace@example.com", NewPassword));
        var grace = await FindAsync("grace@example.com");
        Assert.Equal(["viewer"], grace.Roles.AsEnumerable());
        Assert.Equal("grace@example.com", grace.VerifiedEmail?.Value);
        Assert.Equal(HttpStatusCode.NoContent, await SetPasswordAsync(await RequestCodeAsync("grace@example.com"), "another quiet mountain at dusk"));
    }

    [Fact]
    public async Task Registration_OfAKnownAddressOrName_HasTheSameAnswer_AndTheMailSaysSo()
    {
        await AddVerifiedAsync("grace", "grace@example.com");
        await Host.AddUserAsync("eve@example.com", "reader");
        var answers = new List<string>();
        foreach (var email in new[] { "grace@example.com", "eve@example.com", "new@example.com" })
        {
            using var response = await PostAsync("/registration", new { email });
            answers.Add($"{response.StatusCode} {await response.Content.ReadAsStringAsync(Cancellation)}");
        }

        Assert.Single(answers.Distinct());
        Assert.Equal(
            ["eve@example.com: You have an account already", "grace@example.com: You have an account already", "new@example.com: Finish your registration"],
            (await ReceiveAsync()).Select(static mail => $"{mail.To}: {mail.Subject}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task RegistrationCode_EndsAfter20Minutes_AndIsForNothingElse()
    {
        var code = await RegisterAsync("grace@example.com");

        Assert.Equal(HttpStatusCode.Unauthorized, await SetPasswordAsync(code));
        Assert.Equal(HttpStatusCode.Unauthorized, await CompleteAsync("no code"));
        Host.Time.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(HttpStatusCode.Unauthorized, await CompleteAsync(code));
    }

    [Theory]
    [InlineData("a%2fb@example.com")]
    [InlineData("0123456789012345678901234567890123456789@0123456789012345678901234567890123456789.0123456789012345678901234567890123456789.example.com")]
    public async Task Registration_OfAnAddressThatCanBeNoName_IsRefused(string email)
    {
        using var response = await PostAsync("/registration", new { email });

        Assert.Equal(["email"], HttpResponseMessageExtensions.FieldsOf(await response.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request")));
    }

    [Fact]
    public async Task Invitation_GivesRolesWithinTheOwnScopes_AndItsCodeSetsTheFirstPassword()
    {
        await Host.AddUserAsync("hal", "helpdesk");
        var helpdesk = (await Host.SignInAsync("hal")).AccessToken;
        Assert.Equal(HttpStatusCode.Forbidden, await InviteAsync(helpdesk, "grace@example.com", "admin"));
        Assert.Equal(HttpStatusCode.BadRequest, await InviteAsync(helpdesk, "grace@example.com", "nothing"));
        Assert.Empty(await ReceiveAsync());

        Assert.Equal(HttpStatusCode.Created, await InviteAsync(helpdesk, "grace@example.com", "reader"));
        Assert.Equal(HttpStatusCode.Conflict, await InviteAsync(helpdesk, "grace@example.com", "reader"));
        var code = await ReceiveCodeAsync("grace@example.com", "Your invitation");
        Host.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(HttpStatusCode.NoContent, await SetPasswordAsync(code));
        Assert.Equal(HttpStatusCode.Unauthorized, await SetPasswordAsync(code));

        Assert.Equal(HttpStatusCode.OK, await SignInStatusAsync("grace@example.com", NewPassword));
        Assert.Equal("grace@example.com", (await FindAsync("grace@example.com")).VerifiedEmail?.Value);
    }

    [Fact]
    public async Task Invitation_EndsWithItsTime_WithItsUser_AndIfAnotherUserHasTheAddress()
    {
        var admin = (await Host.SignInAsAsync("admin")).AccessToken;
        await InviteAsync(admin, "grace@example.com", "reader");
        var first = await ReceiveCodeAsync("grace@example.com", "Your invitation");
        await AddVerifiedAsync("hopper", "grace@example.com");
        using var taken = await PostAsync("/password-reset/complete", new { code = first, password = NewPassword });
        await taken.ReadProblemAsync(HttpStatusCode.Conflict, "conflict");

        using (await Host.SendAsync(HttpMethod.Delete, "/users/grace@example.com", admin, ifMatch: "*"))
        {
            await InviteAsync(admin, "grace@example.com", "reader");
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await SetPasswordAsync(first));
        var second = await ReceiveCodeAsync("grace@example.com", "Your invitation");
        Host.Time.Advance(TimeSpan.FromDays(3));
        Assert.Equal(HttpStatusCode.Unauthorized, await SetPasswordAsync(second));
    }

    [Fact]
    public async Task Registration_ThatIsOff_IsNotThere()
    {
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions { Settings = new Dictionary<string, string?> { ["Authentication:Registration"] = new AuthenticationOptions().Registration } });
        foreach (var path in new[] { "/registration", "/registration/complete", "/invitations" })
        {
            using var response = await host.SendAsync(HttpMethod.Post, path, content: JsonContent.Create(new { email = "grace@example.com" }));
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    private async Task<string> RegisterAsync(string email)
    {
        Assert.Equal(HttpStatusCode.Accepted, await PostStatusAsync("/registration", new { email }));
        return await ReceiveCodeAsync(email.ToLowerInvariant(), "Finish your registration");
    }

    private Task<HttpStatusCode> CompleteAsync(string code, string password = NewPassword) => PostStatusAsync("/registration/complete", new { code, password });

    private async Task<HttpStatusCode> InviteAsync(string token, string email, string role)
    {
        using var response = await Host.SendAsync(HttpMethod.Post, "/invitations", token, JsonContent.Create(new { email, roles = new[] { role } }));
        return response.StatusCode;
    }
}
