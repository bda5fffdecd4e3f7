using System.Net;
using System.Net.Http.Json;
using System.Text;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.WalkThroughs;

/// <summary>
/// What an Express service with jsonwebtoken does: a login by e-mail and password, and routes wrapped in a check, each
/// with the right it needs.
/// </summary>
[DependsOnStorage]
public sealed class LoginAndWrappedRoutesTests
{
    [Fact]
    public async Task OneUserMayEdit_AnotherMayAlsoDelete()
    {
        await using var host = await GatehouseHost.StartAsync();
        await host.AddUserAsync("ed@example.com", "editor");
        await host.AddUserAsync("ann@example.com", "admin");
        var editor = await LoginAsync(host, "ed@example.com");
        var admin = await LoginAsync(host, "ann@example.com");

        // POST, then GET, then PUT: the editor may.
        using var created = await host.SendAsync(HttpMethod.Post, "/api/products", editor, Body("Lamp"));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var path = created.Headers.Location!.ToString();
        using var read = await host.GetAsync(path, editor);
        using var replaced = await host.SendAsync(HttpMethod.Put, path, editor, Body("Better lamp"), read.Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.OK, replaced.StatusCode);

        // DELETE: the editor may not, and is told which scope it takes; the admin may.
        using var refused = await host.SendAsync(HttpMethod.Delete, path, editor, ifMatch: replaced.Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("scope=\"products:delete\"", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);

        // An editor who writes the admin's rights into the token has none at all.
        var parts = editor.Split('.');
        parts[1] = admin.Split('.')[1];
        using var tampered = await host.SendAsync(HttpMethod.Delete, path, string.Join('.', parts), ifMatch: replaced.Headers.ETag.Tag);
        Assert.Equal(HttpStatusCode.Unauthorized, tampered.StatusCode);

        using var deleted = await host.SendAsync(HttpMethod.Delete, path, admin, ifMatch: replaced.Headers.ETag.Tag);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
    }

    private static StringContent Body(string name) =>
        new($$"""{"name":"{{name}}","category":"Home","price":19.90,"currency":"EUR"}""", Encoding.UTF8, "application/json");

    private static async Task<string> LoginAsync(GatehouseHost host, string email)
    {
        using var response = await host.Client.PostAsJsonAsync("/authenticate", new { email, password = GatehouseHost.Password }, TestContext.Current.CancellationToken);
        return (await Hosting.Tokens.ReadAsync(response)).AccessToken;
    }
}
