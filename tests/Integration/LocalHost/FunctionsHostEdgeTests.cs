using System.Net;
using System.Net.Sockets;
using System.Text;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.LocalHost;

/// <summary>What the real Functions host does with a request, as local/Host does it. docs/local.md has the same table.</summary>
public abstract class FunctionsHostEdgeContract
{
    private const string SignIn = """{"username":"nobody","password":"wrong"}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected abstract Task<Uri> GetUrlAsync();

    [Theory]
    [InlineData("POST /authenticate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 411)]
    [InlineData("POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", 411)]
    public async Task BodyInChunks_Is411(string request, int expected)
    {
        var answer = await SendAsync(request);

        Assert.Equal(expected, answer.Status);
        Assert.Contains("Content-Length", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST /authenticate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 200000000\r\n\r\n", 500)]
    [InlineData("GET /health HTTP/1.0\r\n\r\n", 500)]
    [InlineData("GET // HTTP/1.1\r\nHost: localhost\r\n\r\n", 404)]
    [InlineData("GET //health HTTP/1.1\r\nHost: localhost\r\n\r\n", 404)]
    [InlineData("GET /admin/host/ping HTTP/1.1\r\nHost: localhost\r\n\r\n", 200)]
    [InlineData("GET /admin/host/status HTTP/1.1\r\nHost: localhost\r\n\r\n", 401)]
    [InlineData("GET /admin HTTP/1.1\r\nHost: localhost\r\n\r\n", 401)]
    [InlineData("POST /runtime/webhooks/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", 401)]
    public async Task Host_AnswersItself_WithoutABody(string request, int expected)
    {
        var answer = await SendAsync(request);

        Assert.Equal((expected, ""), (answer.Status, answer.Body));
        Assert.DoesNotContain("X-Content-Type-Options", answer.Headers, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task BodyThatBreaksOff_Is500_WithoutABody()
    {
        var answer = await SendAsync($"POST /authenticate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {SignIn.Length}\r\n\r\n{SignIn[..10]}", endsSending: true);

        Assert.True(answer.Status is 0 or 400 or 500, $"{answer.Status}");
        Assert.Equal("", answer.Body);
    }

    [Theory]
    [InlineData("GET", "/health")]
    [InlineData("HEAD", "/health")]
    [InlineData("GET", "/")]
    [InlineData("HEAD", "/.well-known/jwks.json")]
    [InlineData("GET", "/nothing")]
    public async Task Answer_HasNoContentLength(string method, string path)
    {
        var answer = await SendAsync($"{method} {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");

        Assert.DoesNotContain("\r\nContent-Length:", answer.Headers, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(method == "GET", answer.Headers.Contains("\r\nTransfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(method == "GET", answer.Body.Length > 0);
    }

    [Theory]
    [InlineData("localhost:99999", 400)]
    [InlineData("..", 400)]
    [InlineData("xn--a", 200)]
    [InlineData("xn--99999999", 200)]
    public async Task HostHeader_ThatIsNoHost_IsNoFault(string host, int expected)
    {
        var answer = await SendAsync($"GET /health HTTP/1.1\r\nHost: {host}\r\n\r\n");

        Assert.Equal(expected, answer.Status);
    }

    private async Task<(int Status, string Headers, string Body)> SendAsync(string request, bool endsSending = false)
    {
        var url = await GetUrlAsync();
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, url.Port, Cancellation);
        await using var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request.Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal)), Cancellation);
        if (endsSending)
        {
            connection.Client.Shutdown(SocketShutdown.Send);
        }

        var answer = (await ReadToEndAsync(stream)).Split("\r\n\r\n", 2);
        return answer is [['H', ..] head, var body]
            ? (int.Parse(head.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture), head, body)
            : (0, "", "");
    }

    // A server that has answered may reset a connection whose body it did not read.
    private static async Task<string> ReadToEndAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            for (var read = 1; read > 0;)
            {
                read = await stream.ReadAsync(buffer, Cancellation);
                text.Append(Encoding.ASCII.GetString(buffer, 0, read));
            }
        }
        catch (IOException)
        {
        }

        return text.ToString();
    }
}

/// <summary>The table on local/Host.</summary>
public sealed class FunctionsHostEdgeTests(SharedHost shared) : FunctionsHostEdgeContract, IClassFixture<SharedHost>
{
    private protected override async Task<Uri> GetUrlAsync() => (await shared.GetAsync()).Client.BaseAddress!;
}
