using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>Listing users and roles, and finding a user by the id that the audit log names.</summary>
[DependsOnStorage]
public sealed class UserListTests : GatehouseTest
{
    private const string NewPassword = "paper kite over the harbour";

    private string _admin = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Host.AddUserAsync("root", "admin");
        _admin = (await Host.SignInAsync("root")).AccessToken;
    }

    [Fact]
    public async Task Cursor_LeadsThroughAllUsers_InTheOrderOfNames()
    {
        foreach (var name in (string[])["Grace", "ada", "zoë", "Bob"])
        {
            await Host.AddUserAsync(name, "reader");
        }

        var names = new List<string>();
        string? cursor = null;
        do
        {
            var page = await ReadAsync($"/users?pageSize=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            names.AddRange(NamesOf(page));
            cursor = page.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);

        Assert.Equal(["ada", "Bob", "Grace", "root", "zoë"], names);
    }

    [Fact]
    public async Task Search_FindsTheBeginningOfNames_IgnoringCase()
    {
        foreach (var name in (string[])["ada@example.com", "Adam", "bada", "ad"])
        {
            await Host.AddUserAsync(name, "reader");
        }

        Assert.Equal(["ada@example.com", "Adam"], NamesOf(await ReadAsync("/users?search=ADA")));
        Assert.Empty(NamesOf(await ReadAsync("/users?search=nobody")));
        var user = (await ReadAsync("/users?search=adam")).GetProperty("items")[0];
        Assert.Equal("""["reader"]""", user.GetProperty("roles").GetRawText());
        Assert.DoesNotContain("hash", user.GetRawText(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("pageSize=0", "pageSize")]
    [InlineData("pageSize=101&role=x", "pageSize,role")]
    [InlineData("cursor=AAAA", "cursor")]
    [InlineData("cursor=*", "cursor")]
    [InlineData("search=%00", "search")]
    [InlineData("search=%EF%BF%BE", "search")]
    [InlineData("search", "search")]
    public async Task List_InvalidParameter_IsRefused(string query, string fields)
    {
        using var response = await Host.GetAsync($"/users?{query}", _admin);

        var problem = await response.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal(fields, string.Join(',', HttpResponseMessageExtensions.FieldsOf(problem)));
    }

    [Fact]
    public async Task CursorOfAnotherSearch_IsRefused()
    {
        await Host.AddUserAsync("ruth", "reader");
        var cursor = (await ReadAsync("/users?search=r&pageSize=1")).GetProperty("nextCursor").GetString();

        using var response = await Host.GetAsync($"/users?search=ru&pageSize=1&cursor={cursor}", _admin);

        await response.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public async Task UserOfTheAudit_IsReadChangedAndRemovedByItsId()
    {
        using var created = await CreateAsync("grace");
        var id = Host.Logs.GetSnapshot().Single(static record => record.Id.Name == "UserCreated").GetStructuredStateValue("Subject");

        Assert.Equal("grace", (await ReadAsync($"/users/{id}")).GetProperty("username").GetString());
        using var changed = await Host.SendAsync(HttpMethod.Patch, $"/users/{id}", _admin, JsonContent.Create(new { enabled = false }), created.Headers.ETag!.ToString());
        Assert.False((await changed.ReadJsonAsync()).GetProperty("enabled").GetBoolean());
        using var removed = await Host.SendAsync(HttpMethod.Delete, $"/users/{id}", _admin, ifMatch: "*");
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        using var gone = await Host.GetAsync($"/users/{id}", _admin);
        await gone.ReadProblemAsync(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task NameInTheFormOfAnId_IsRefused_AndOneOfOldStillFound()
    {
        const string name = "0123456789ABCDEF0123456789abcdef";
        using var refused = await CreateAsync(name);
        await refused.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request");

        await Host.AddUserAsync(name, "reader");
        Assert.Equal(name, (await ReadAsync($"/users/{name}")).GetProperty("username").GetString());
    }

    [Fact]
    public async Task Roles_AreListedWithTheirScopes()
    {
        var roles = (await ReadAsync("/roles")).GetProperty("items").EnumerateArray().ToDictionary(
            static role => role.GetProperty("name").GetString()!,
            static role => string.Join(' ', role.GetProperty("scopes").EnumerateArray()));

        Assert.Equal(["admin", "editor", "owner", "reader", "viewer", "writer"], roles.Keys);
        Assert.Equal("samples:read samples:write", roles["writer"]);
        Assert.Contains("users:write", roles["admin"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/users")]
    [InlineData("/roles")]
    public async Task Listing_WithoutItsScope_IsRefused(string path)
    {
        using var anonymous = await Host.GetAsync(path);
        using var reader = await Host.GetAsync(path, (await Host.SignInAsAsync("reader")).AccessToken);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden), (anonymous.StatusCode, reader.StatusCode));
    }

    private static string[] NamesOf(JsonElement page) => [.. page.GetProperty("items").EnumerateArray().Select(static user => user.GetProperty("username").GetString()!)];

    private Task<HttpResponseMessage> CreateAsync(string username) =>
        Host.SendAsync(HttpMethod.Post, "/users", _admin, JsonContent.Create(new { username, password = NewPassword, roles = new[] { "reader" } }));

    private async Task<JsonElement> ReadAsync(string path)
    {
        using var response = await Host.GetAsync(path, _admin);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.ReadJsonAsync();
    }
}
