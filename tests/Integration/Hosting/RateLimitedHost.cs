using System.Net;
using System.Net.Http.Json;

namespace Gatehouse.Tests.Integration.Hosting;

/// <summary>A host with the rate limits on, and callers whose addresses come as Azure's front end writes them.</summary>
internal static class RateLimitedHost
{
    public static Task<GatehouseHost> StartAsync(params (string Name, string Value)[] settings) => GatehouseHost.StartAsync(CreateOptions(settings));

    public static GatehouseHostOptions CreateOptions(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["RateLimits:Enabled"] = "true",
            ["Http:TrustForwardedFor"] = "true",
        };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        return new GatehouseHostOptions { Settings = all };
    }

    /// <summary>Tries to sign in.</summary>
    /// <param name="host">Where.</param>
    /// <param name="forwardedFor">The whole <c>X-Forwarded-For</c>; null sends none.</param>
    /// <param name="name">The user name.</param>
    /// <param name="password">A wrong one, unless the test is about the right one.</param>
    public static async Task<HttpResponseMessage> SignInAsync(this GatehouseHost host, string? forwardedFor, string name, string password = "wrong")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/authenticate") { Content = JsonContent.Create(new { username = name, password }) };
        if (forwardedFor is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwardedFor);
        }

        return await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static async Task<HttpStatusCode> StatusOfSignInAsync(this GatehouseHost host, string? forwardedFor, string name)
    {
        using var response = await host.SignInAsync(forwardedFor, name);
        return response.StatusCode;
    }

    /// <summary>A header with all its values, as one list (RFC 9110 §5.3).</summary>
    public static string ReadField(this HttpResponseMessage response, string name) => string.Join(", ", response.Headers.GetValues(name));
}
