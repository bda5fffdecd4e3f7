using System.Net;
using System.Net.Sockets;
using System.Text;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Sessions;

/// <summary>A caller that resets its connection gets a change of access done or not begun, never half done.</summary>
[DependsOnStorage]
public sealed class ResetTests
{
    private const int Sessions = 20;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Logout_ConnectionReset_EndsTheWholeSession_OrNothing()
    {
        await AssertWholeAsync(static session => $"POST /logout HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {session.AccessToken}\r\nContent-Length: 0\r\n\r\n");
    }

    [Fact]
    public async Task Reuse_ConnectionReset_EndsTheWholeSession_OrNothing()
    {
        await AssertWholeAsync(
            static session =>
            {
                var body = $"grant_type=refresh_token&refresh_token={Uri.EscapeDataString(session.RefreshToken!.Split('.')[0] + "." + new string('A', 43))}";
                return $"POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {body.Length}\r\n\r\n{body}";
            });
    }

    private static async Task AssertWholeAsync(Func<Hosting.Tokens, string> createRequest)
    {
        using var folder = new TemporaryFolder();
        TestKeys.Write(Path.Combine(folder.Path, "keys"), TestKeys.Rsa);
        var sessions = new List<Hosting.Tokens>();
        var options = new GatehouseHostOptions { DataFolder = folder.Path };
        await using (var host = await GatehouseHost.StartAsync(options))
        {
            await host.AddUserAsync("ada", "reader");
            for (var number = 0; number < Sessions; number++)
            {
                var session = await host.SignInAsync("ada");
                sessions.Add(session);
                await SendAndResetAsync(host.Client.BaseAddress!.Port, createRequest(session), answerBytes: number % 3);
            }
        }

        // The host has finished what was under way.
        await using var later = await GatehouseHost.StartAsync(options);
        var ended = 0;
        foreach (var session in sessions)
        {
            var isRefused = await later.TryTokenAsync(session.AccessToken) == HttpStatusCode.Unauthorized;
            using var refresh = await later.PostFormAsync("/token", ("grant_type", "refresh_token"), ("refresh_token", session.RefreshToken!));
            Assert.Equal(isRefused, refresh.StatusCode == HttpStatusCode.BadRequest);
            ended += isRefused ? 1 : 0;
        }

        Assert.NotEqual(0, ended);
    }

    private static async Task SendAndResetAsync(int port, string request, int answerBytes)
    {
        using var connection = new Socket(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(enable: true, seconds: 0) };
        await connection.ConnectAsync(IPAddress.Loopback, port, Cancellation);
        await connection.SendAsync(Encoding.ASCII.GetBytes(request), Cancellation);
        if (answerBytes > 0)
        {
            await connection.ReceiveAsync(new byte[answerBytes], Cancellation);
        }
    }
}
