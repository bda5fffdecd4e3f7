using System.Net;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.LocalHost;

namespace Gatehouse.Tests.Integration.Telemetry;

/// <summary>A process that was told where to send telemetry, was used for a while, and has ended.</summary>
internal static class UsedHost
{
    public const string SignInTrace = "0af7651916cd43dd8448eb211c80319c";
    public const string MeTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
    public const string CallersSpan = "b7ad6b7169203331";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Signs in, calls a protected function twice, refreshes, and sends two requests that are refused.</summary>
    /// <param name="folder">Where it is started.</param>
    /// <param name="environment">Says where telemetry goes.</param>
    /// <returns>All secrets that went over the wire.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(string folder, params (string Name, string Value)[] environment)
    {
        await using var host = await HostProcess.StartAsync(folder, environment);
        using var client = new HttpClient { BaseAddress = host.Url };
        var password = DemoEnvironment.Read(folder)["VIEWER_PASSWORD"];
        const string WrongPassword = "not the password of anybody";
        const string ForgedToken = "a.forged.token";

        using var signIn = await SignInAsync(client, password, SignInTrace);
        var tokens = await ReadTokensAsync(signIn);

        // The second one finds the token remembered, and brings no trace of its own.
        await AssertAsync(HttpStatusCode.OK, SendAsync(client, HttpMethod.Get, "/me", MeTrace, tokens.AccessToken));
        await AssertAsync(HttpStatusCode.OK, SendAsync(client, HttpMethod.Get, "/me", null, tokens.AccessToken));
        using var refresh = await SendAsync(client, HttpMethod.Post, "/token", null, null, Form(tokens.RefreshToken!));
        var next = await ReadTokensAsync(refresh);
        await AssertAsync(HttpStatusCode.Unauthorized, SignInAsync(client, WrongPassword, null));
        await AssertAsync(HttpStatusCode.Unauthorized, SendAsync(client, HttpMethod.Get, "/users/viewer", null, ForgedToken));

        await host.TerminateAsync();
        Assert.Equal(0, (await host.WaitForExitAsync()).ExitCode);
        return [password, WrongPassword, ForgedToken, tokens.AccessToken, tokens.RefreshToken!, next.AccessToken, next.RefreshToken!];
    }

    private static async Task AssertAsync(HttpStatusCode status, Task<HttpResponseMessage> answer)
    {
        using var response = await answer;
        Assert.Equal(status, response.StatusCode);
    }

    private static Task<Hosting.Tokens> ReadTokensAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return Hosting.Tokens.ReadAsync(response);
    }

    private static Task<HttpResponseMessage> SignInAsync(HttpClient client, string password, string? trace) =>
        SendAsync(client, HttpMethod.Post, "/authenticate", trace, null, SizedJson.Create(new { username = "viewer", password }));

    private static FormUrlEncodedContent Form(string refreshToken) =>
        new([new("grant_type", "refresh_token"), new("refresh_token", refreshToken)]);

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, string? trace, string? token, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (trace is not null)
        {
            request.Headers.Add("traceparent", $"00-{trace}-{CallersSpan}-01");
        }

        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        return await client.SendAsync(request, Cancellation);
    }
}
