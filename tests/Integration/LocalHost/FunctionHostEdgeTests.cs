using System.Net;
using System.Net.Sockets;
using System.Text;
using Gatehouse.Local.Functions;
using Gatehouse.Tests.Integration.LocalHost.Samples;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Gatehouse.Tests.Integration.LocalHost;

/// <summary>What a client can send, and a function answer, that is not usual: none of it is a fault of the host.</summary>
public sealed class FunctionHostEdgeTests : IAsyncLifetime
{
    private WebApplication _host = null!;
    private HttpClient _client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IEnumerable<FakeLogRecord> Errors => _host.Services.GetFakeLogCollector().GetSnapshot().Where(static record => record.Level >= LogLevel.Error);

    public async ValueTask InitializeAsync()
    {
        var builder = new FunctionHostBuilder(new WebApplicationOptions { EnvironmentName = "Development", ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration[WebHostDefaults.ServerUrlsKey] = "http://127.0.0.1:0";
        builder.Logging.ClearProviders().AddFakeLogging();
        builder.Services.AddScoped<Visit>();
        builder.AddFunctions(typeof(EdgeFunctions).Assembly);
        _host = builder.Build();
        await _host.StartAsync(Cancellation);
        _client = new HttpClient { BaseAddress = new Uri(_host.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
    }

    // A user has 128 inotify instances at most, and on a shared machine others have taken them.
    [Fact]
    public void ConfigurationFiles_AreNotWatched() =>
        Assert.DoesNotContain(
            new FunctionHostBuilder(new WebApplicationOptions()).Configuration.Sources.OfType<FileConfigurationSource>(),
            static file => file.ReloadOnChange);

    [Theory]
    [InlineData("localhost:99999")]
    [InlineData("[:::]")]
    [InlineData("..")]
    public async Task InvalidHostHeader_Is400_AndIsNotLogged(string host)
    {
        var answer = await SendRawAsync($"GET /edge/url HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 Bad Request\r\n", answer, StringComparison.Ordinal);
        Assert.Empty(Errors);
    }

    [Theory]
    [InlineData("/edge/pipe", "piped")]
    [InlineData("/edge/written", "written")]
    public async Task BodyOfAnyStream_IsSentFromItsBeginning(string path, string expected)
    {
        using var head = await _client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), Cancellation);

        Assert.Equal(expected, await _client.GetStringAsync(new Uri(path, UriKind.Relative), Cancellation));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Theory]
    [InlineData(HttpStatusCode.NoContent)]
    [InlineData(HttpStatusCode.ResetContent)]
    [InlineData(HttpStatusCode.NotModified)]
    public async Task StatusWithoutABody_LosesTheBody(HttpStatusCode status)
    {
        using var response = await _client.GetAsync(new Uri($"/edge/status/{status}", UriKind.Relative), Cancellation);

        Assert.Equal(status, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Empty(Errors);
    }

    [Theory]
    [InlineData("/edge/header", "EdgeHeader")]
    [InlineData("/edge/throws", "EdgeThrows")]
    public async Task InvalidAnswer_IsAnEmpty500_LoggedUnderTheNameOfTheFunction(string path, string function)
    {
        using var response = await _client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(0, response.Content.Headers.ContentLength);
        Assert.False(response.Headers.Contains("X-First"));
        Assert.Equal($"The function {function} ended with an exception.", Assert.Single(Errors).Message);
    }

    [Fact]
    public async Task DisconnectedCaller_IsNotLoggedAsAnError()
    {
        using var impatient = new CancellationTokenSource();
        var waiting = _client.GetAsync(new Uri("/edge/stuck", UriKind.Relative), impatient.Token);
        await EdgeFunctions.Stuck.Task.WaitAsync(Cancellation);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        // Waits for what is under way, this one too.
        await _host.StopAsync(Cancellation);

        Assert.Empty(Errors);
    }

    private async Task<string> SendRawAsync(string request)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, _client.BaseAddress!.Port, Cancellation);
        await using var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), Cancellation);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Cancellation);
    }
}
