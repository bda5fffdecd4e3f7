using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>Nobody gives a role, or touches a user, with scopes beyond their own.</summary>
public sealed class OwnScopesTests : GatehouseTest
{
    private const string NewPassword = "paper kite over the harbour";

    private string _helpdesk = null!;

    private protected override GatehouseHostOptions CreateOptions() => new()
    {
        Settings = new Dictionary<string, string?>
        {
            ["Authorization:Roles:helpdesk"] = "users:read users:write samples:read",
            ["Clients:0:Scopes"] = "users:read users:write",
        },
        HasClientSecret = true,
    };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Host.AddUserAsync("root", "admin");
        await Host.AddUserAsync("hal", "helpdesk");
        _helpdesk = (await Host.SignInAsync("hal")).AccessToken;
    }

    [Fact]
    public async Task Client_CreatesNoAdministrator()
    {
        using var granted = await Host.PostFormAsync("/token", ("grant_type", "client_credentials"), ("client_id", GatehouseHost.ClientId), ("client_secret", GatehouseHost.ClientSecret));
        var client = (await Hosting.Tokens.ReadAsync(granted)).AccessToken;

        await AssertDeniedAsync(CreateAsync(client, "admin"), "tokens:introspect");
        await AssertDeniedAsync(CreateAsync(client, "reader"), "samples:read");
        Assert.Equal(HttpStatusCode.Created, await StatusOfAsync(CreateAsync(client)));
    }

    [Fact]
    public async Task Helpdesk_GivesItselfNoRole()
    {
        await AssertDeniedAsync(PatchAsync(_helpdesk, "hal", new { roles = new[] { "admin" } }), "tokens:introspect");
        await AssertDeniedAsync(PatchAsync(_helpdesk, "hal", new { roles = new[] { "helpdesk", "writer" } }), "samples:write");
    }

    [Fact]
    public async Task Helpdesk_TouchesNoUserWithMoreScopes()
    {
        await AssertDeniedAsync(PatchAsync(_helpdesk, "root", new { enabled = false }), "tokens:introspect");
        await AssertDeniedAsync(PatchAsync(_helpdesk, "root", new { locked = false }), "tokens:introspect");
        await AssertDeniedAsync(PatchAsync(_helpdesk, "root", new { roles = Array.Empty<string>() }), "tokens:introspect");
        await AssertDeniedAsync(Host.SendAsync(HttpMethod.Delete, "/users/root", _helpdesk, ifMatch: "*"), "tokens:introspect");
        Assert.Contains("users:write", (await Host.SignInAsync("root")).Scope, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Helpdesk_AdministersUsersWithItsOwnScopes()
    {
        await Host.AddUserAsync("ada", "reader");

        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(PatchAsync(_helpdesk, "ada", new { enabled = false })));
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(PatchAsync(_helpdesk, "ada", new { enabled = true, roles = new[] { "helpdesk" } })));
        Assert.Equal(HttpStatusCode.NoContent, await StatusOfAsync(Host.SendAsync(HttpMethod.Delete, "/users/ada", _helpdesk, ifMatch: "*")));
    }

    [Fact]
    public async Task NarrowedToken_OfAnAdministrator_GivesOnlyWhatItCarries()
    {
        var tokens = await Host.SignInAsync("root");
        using var refreshed = await Host.PostFormAsync("/token", ("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!), ("scope", "users:read users:write"));

        await AssertDeniedAsync(CreateAsync((await Hosting.Tokens.ReadAsync(refreshed)).AccessToken, "reader"), "samples:read");
    }

    [Fact]
    public async Task Admin_GivesEveryConfiguredRole()
    {
        var admin = (await Host.SignInAsync("root")).AccessToken;

        Assert.Equal(HttpStatusCode.Created, await StatusOfAsync(CreateAsync(admin, "admin", "helpdesk", "owner")));
        Assert.Equal("admin,helpdesk,owner", Host.Logs.GetSnapshot().Single(static record => record.Id.Name == "UserCreated").GetStructuredStateValue("Roles"));
    }

    [Fact]
    public async Task LastFullAdministrator_CannotBeRemoved_EvenWithAHelpdeskLeft()
    {
        var admin = (await Host.SignInAsync("root")).AccessToken;

        Assert.Equal(HttpStatusCode.Conflict, await StatusOfAsync(PatchAsync(admin, "root", new { roles = new[] { "helpdesk" } })));
    }

    private static async Task AssertDeniedAsync(Task<HttpResponseMessage> answer, string missing)
    {
        using var response = await answer;
        var problem = await response.ReadProblemAsync(HttpStatusCode.Forbidden, "access-denied");
        Assert.Contains(missing, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> StatusOfAsync(Task<HttpResponseMessage> answer)
    {
        using var response = await answer;
        return response.StatusCode;
    }

    private Task<HttpResponseMessage> CreateAsync(string token, params string[] roles) =>
        Host.SendAsync(HttpMethod.Post, "/users", token, JsonContent.Create(new { username = $"user-{Guid.NewGuid():N}", password = NewPassword, roles }));

    private Task<HttpResponseMessage> PatchAsync<T>(string token, string name, T change) =>
        Host.SendAsync(HttpMethod.Patch, $"/users/{name}", token, JsonContent.Create(change), "*");
}
