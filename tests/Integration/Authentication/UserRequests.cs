using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Tokens;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>Asks for tokens of users, and tells the status of the answer.</summary>
internal static class UserRequests
{
    public static async Task<HttpStatusCode> SignInStatusAsync(this GatehouseHost host, string username, string password)
    {
        using var response = await host.Client.PostAsJsonAsync("/authenticate", new { username, password }, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    public static async Task<HttpStatusCode> RefreshStatusAsync(this GatehouseHost host, string token)
    {
        using var response = await host.RefreshAsync(token);
        return response.StatusCode;
    }
}
