using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;
using OtpNet;

namespace Gatehouse.Tests.Integration.Authentication;

/// <summary>A user's authenticator app, with the recovery codes that came along.</summary>
internal sealed record AuthenticatorApp(string Secret, string[] RecoveryCodes, Hosting.Tokens Tokens)
{
    /// <summary>The code that the app shows at a time.</summary>
    public string Show(DateTimeOffset time) => Show(Secret, time);

    public static string Show(string secret, DateTimeOffset time) => new Totp(Base32Encoding.ToBytes(secret)).ComputeTotp(time.UtcDateTime);
}

/// <summary>Signs in with second factors, as a client does.</summary>
internal static class SecondFactorClient
{
    /// <summary>Signs a user in by password and adds an app. The clock is then a minute on, so that the app shows a new code.</summary>
    public static async Task<AuthenticatorApp> AddAppAsync(this GatehouseHost host, string name)
    {
        var tokens = await host.SignInAsync(name);
        var (secret, ticket) = await host.BeginTotpAsync(tokens.AccessToken);
        using var added = await host.PutTotpAsync(tokens.AccessToken, ticket, AuthenticatorApp.Show(secret, host.Time.GetUtcNow()));
        Assert.Equal(HttpStatusCode.OK, added.StatusCode);
        var answer = await added.ReadJsonAsync();
        var fresh = answer.GetProperty("tokens");
        host.Time.Advance(TimeSpan.FromMinutes(1));
        return new AuthenticatorApp(
            secret,
            [.. answer.GetProperty("recoveryCodes").EnumerateArray().Select(static code => code.GetString()!)],
            new Hosting.Tokens(fresh.GetProperty("access_token").GetString()!, fresh.GetProperty("refresh_token").GetString(), fresh.GetProperty("scope").GetString()!, fresh.GetProperty("expires_in").GetInt64(), "Bearer"));
    }

    public static async Task<(string Secret, string Ticket)> BeginTotpAsync(this GatehouseHost host, string token)
    {
        using var begun = await host.SendAsync(HttpMethod.Post, "/me/totp", token);
        Assert.Equal(HttpStatusCode.OK, begun.StatusCode);
        var answer = await begun.ReadJsonAsync();
        return (answer.GetProperty("secret").GetString()!, answer.GetProperty("ticket").GetString()!);
    }

    public static Task<HttpResponseMessage> PutTotpAsync(this GatehouseHost host, string token, string ticket, string code) =>
        host.SendAsync(HttpMethod.Put, "/me/totp", token, JsonContent.Create(new { ticket, code }));

    /// <summary>The ticket of the first step.</summary>
    public static async Task<string> GetTicketAsync(this GatehouseHost host, string username)
    {
        using var response = await host.Client.PostAsJsonAsync("/authenticate", new { username, password = GatehouseHost.Password }, TestContext.Current.CancellationToken);
        return (await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "second-factor-required")).GetProperty("ticket").GetString()!;
    }

    /// <summary>The second step.</summary>
    public static Task<HttpResponseMessage> PostCodeAsync(this GatehouseHost host, string ticket, string code) =>
        host.Client.PostAsJsonAsync("/authenticate/code", new { ticket, code }, TestContext.Current.CancellationToken);

    /// <summary>Both steps.</summary>
    public static async Task<HttpStatusCode> SignInWithCodeAsync(this GatehouseHost host, string username, string code)
    {
        using var response = await host.PostCodeAsync(await host.GetTicketAsync(username), code);
        return response.StatusCode;
    }

    public static async Task AssertInvalidCodeAsync(this GatehouseHost host, string ticket, string code)
    {
        using var response = await host.PostCodeAsync(ticket, code);
        await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-code");
        Assert.StartsWith("Bearer realm=", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    public static async Task AssertInvalidTicketAsync(this GatehouseHost host, string ticket, string code)
    {
        using var response = await host.PostCodeAsync(ticket, code);
        await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-ticket");
    }
}
