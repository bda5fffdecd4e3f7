using System.Net.Sockets;
using System.Text;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.LocalHost;

public sealed class StopTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Terminate_RequestUnderWay_IsAnsweredBeforeTheEnd()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        await using var host = await HostProcess.StartAsync(_folder.Path);
        var body = $$"""{"username":"viewer","password":"{{DemoEnvironment.Read(_folder.Path)["VIEWER_PASSWORD"]}}"}""";
        using var connection = new TcpClient();
        await connection.ConnectAsync(host.Url.Host, host.Url.Port, Cancellation);
        await using var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /authenticate HTTP/1.1\r\nHost: {host.Url.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nExpect: 100-continue\r\n\r\n"), Cancellation);
        using var reader = new StreamReader(stream);

        // 100 comes when the function begins to read the body: from now on the request is under way.
        Assert.Equal("HTTP/1.1 100 Continue", await reader.ReadLineAsync(Cancellation));
        Assert.Equal("", await reader.ReadLineAsync(Cancellation));
        await host.TerminateAsync();
        await WaitUntilRefusedAsync(host.Url);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(body), Cancellation);

        Assert.Equal("HTTP/1.1 200 OK", await reader.ReadLineAsync(Cancellation));
        var result = await host.WaitForExitAsync();
        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Errors);
    }

    [Fact]
    public async Task Terminate_Idle_EndsWithZeroAndOneDatabaseFile()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        await using var host = await HostProcess.StartAsync(_folder.Path, "--no-demo");

        await host.TerminateAsync();

        Assert.Equal(0, (await host.WaitForExitAsync()).ExitCode);
        Assert.Equal(["gatehouse.db", "start.lock"], Directory.EnumerateFiles(Path.Combine(_folder.Path, ".local")).Select(Path.GetFileName).Order());
    }

    public void Dispose() => _folder.Dispose();

    private static async Task WaitUntilRefusedAsync(Uri url)
    {
        while (true)
        {
            using var attempt = new TcpClient();
            try
            {
                await attempt.ConnectAsync(url.Host, url.Port, Cancellation);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }
}
