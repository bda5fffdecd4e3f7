using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gatehouse.Tests.Integration.Hosting;

/// <summary>Sends header lines one by one, as they are given: HttpClient would join those of one name.</summary>
internal static class HeaderLines
{
    /// <summary>Posts a body with some lines of its own.</summary>
    /// <returns>The status and the body of the answer.</returns>
    public static Task<(HttpStatusCode Status, string Body)> PostLinesAsync(this GatehouseHost host, string path, string mediaType, string body, params string[] lines) =>
        host.SendLinesAsync("POST", path, body, [$"Content-Type: {mediaType}", $"Content-Length: {body.Length}", .. lines]);

    /// <summary>Sends a request with some lines of its own.</summary>
    /// <returns>The status and the body of the answer.</returns>
    public static async Task<(HttpStatusCode Status, string Body)> SendLinesAsync(this GatehouseHost host, string method, string path, string body, params string[] lines)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var address = host.Client.BaseAddress!;
        var request = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{method} {path} HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\n")
            .AppendJoin("", lines.Select(static line => line + "\r\n"))
            .Append(CultureInfo.InvariantCulture, $"\r\n{body}");
        using var connection = new TcpClient();
        await connection.ConnectAsync(address.Host, address.Port, cancellation);
        await using var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request.ToString()), cancellation);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(cancellation);
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return ((HttpStatusCode)int.Parse(answer.Split(' ')[1], CultureInfo.InvariantCulture), answer[(end + 4)..]);
    }
}
