using System.Net;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>Redeems refresh tokens over HTTP.</summary>
internal static class RefreshRequests
{
    public static Task<HttpResponseMessage> RefreshAsync(this GatehouseHost host, string token, params (string Name, string Value)[] more) =>
        host.PostFormAsync("/token", [("grant_type", "refresh_token"), ("refresh_token", token), .. more]);

    public static async Task<Hosting.Tokens> RefreshOkAsync(this GatehouseHost host, string token)
    {
        using var response = await host.RefreshAsync(token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await Hosting.Tokens.ReadAsync(response);
    }

    public static async Task AssertInvalidGrantAsync(this GatehouseHost host, string token)
    {
        using var response = await host.RefreshAsync(token);
        Assert.Equal("invalid_grant", await response.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
    }
}
