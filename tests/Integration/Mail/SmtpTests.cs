using System.Buffers;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using Gatehouse.Keys;
using Gatehouse.Mail;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.KeyVault;
using MailKit.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MimeKit;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.Protocol;
using SmtpServer.Storage;
using ServiceProvider = SmtpServer.ComponentModel.ServiceProvider;

namespace Gatehouse.Tests.Integration.Mail;

/// <summary>Mails through a real SMTP server.</summary>
public sealed class SmtpTests : IAsyncLifetime
{
    private const string Password = "the password of the server";

    private readonly Received _received = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2 _certificate = KeyVaultServer.CreateCertificate();
    private readonly List<Task> _servers = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_servers);
        _stop.Dispose();
        _certificate.Dispose();
    }

    [Fact]
    public async Task Request_ByHttp_ArrivesAtTheServer_SignedInWithTheSecret()
    {
        var port = Start(withTls: false);
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions
        {
            Settings = new Dictionary<string, string?> { ["Mail:Host"] = "localhost", ["Mail:Port"] = $"{port}", ["Mail:From"] = "Shop <no-reply@example.com>", ["Mail:UserName"] = "shop" },
        });
        await host.Services.GetRequiredService<FileSecretSource>().AddVersionAsync("smtp-password", Password + "\n", "text/plain", Cancellation);
        await host.AddUserAsync("grace", "reader");
        using var set = await host.SendAsync(HttpMethod.Put, "/me/email", (await host.SignInAsync("grace")).AccessToken, JsonContent.Create(new { email = "grace@example.com" }));
        Assert.Equal(HttpStatusCode.OK, set.StatusCode);

        await host.Services.GetRequiredService<MailOutbox>().StopAsync(Cancellation);

        var message = Assert.Single(_received.Messages);
        Assert.Equal(("Confirm your address", "\"Shop\" <no-reply@example.com>", "grace@example.com"), (message.Subject, message.From.ToString(), message.To.ToString()));
        Assert.Contains("Code: ", message.TextBody!, StringComparison.Ordinal);
        Assert.Equal([("shop", Password)], _received.SignIns);
    }

    [Fact]
    public async Task Server_ThatIsAway_CostsTheMail_AndNothingElse()
    {
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions
        {
            Settings = new Dictionary<string, string?> { ["Mail:Host"] = "localhost", ["Mail:Port"] = "1", ["Mail:From"] = "no-reply@example.com", ["Mail:UserName"] = "shop" },
        });
        await host.AddUserAsync("grace", "reader");
        using var set = await host.SendAsync(HttpMethod.Put, "/me/email", (await host.SignInAsync("grace")).AccessToken, JsonContent.Create(new { email = "grace@example.com" }));
        Assert.Equal(HttpStatusCode.OK, set.StatusCode);

        await host.Services.GetRequiredService<MailOutbox>().StopAsync(Cancellation);

        var logged = Assert.Single(host.Logs.GetSnapshot(), static record => record.Id.Id == 1600);
        Assert.Equal(LogLevel.Error, logged.Level);
        Assert.DoesNotContain("grace@", $"{logged.Message}{logged.Exception}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_IsUsedWhereTheServerOffersIt_WithACertificateThatIsTrusted()
    {
        var port = Start(withTls: true);

        await Sender("localhost", port, isTrusted: true).SendAsync(CreateMessage(), Cancellation);
        await Assert.ThrowsAsync<SslHandshakeException>(() => Sender("localhost", port, isTrusted: false).SendAsync(CreateMessage(), Cancellation));

        Assert.Single(_received.Messages);
        Assert.Equal([true], _received.WereSecure);
    }

    [Fact]
    public async Task RemoteServer_WithoutTls_GetsNothing()
    {
        var port = Start(withTls: false);

        await Assert.ThrowsAsync<NotSupportedException>(() => Sender(Dns.GetHostName(), port, isTrusted: true).SendAsync(CreateMessage(), Cancellation));

        Assert.Empty(_received.Messages);
        Assert.Empty(_received.SignIns);
    }

    private static MimeMessage CreateMessage() =>
        new([MailboxAddress.Parse("no-reply@example.com")], [MailboxAddress.Parse("grace@example.com")], "A subject", new TextPart("plain") { Text = "A text." });

    private SmtpMailSender Sender(string host, int port, bool isTrusted)
    {
        var options = Options.Create(new MailOptions { Host = host, Port = port, From = "no-reply@example.com", UserName = "shop" });
        return new SmtpMailSender(options, new PasswordSource(), TimeProvider.System, isTrusted ? (_, certificate, _, _) => certificate?.GetCertHashString() == _certificate.GetCertHashString() : null);
    }

    private int Start(bool withTls)
    {
        using var free = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        var options = new SmtpServerOptionsBuilder().ServerName("localhost").Endpoint(endpoint =>
        {
            endpoint.Endpoint(new IPEndPoint(IPAddress.Any, port)).AllowUnsecureAuthentication(!withTls).AuthenticationRequired();
            if (withTls)
            {
                endpoint.Certificate(_certificate);
            }
        }).Build();
        var services = new ServiceProvider();
        services.Add((IMessageStore)_received);
        services.Add((IUserAuthenticator)_received);
        _servers.Add(new SmtpServer.SmtpServer(options, services).StartAsync(_stop.Token));
        return port;
    }

    private sealed class PasswordSource : ISecretSource
    {
        public Task<IReadOnlyList<SecretVersion>> ListVersionsAsync(string name, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<SecretVersion>>([new SecretVersion("1", Enabled: true, DateTimeOffset.UnixEpoch, NotBefore: null, ExpiresOn: null)]);

        public Task<string?> GetValueAsync(string name, string version, CancellationToken cancellationToken) => Task.FromResult<string?>(Password);
    }

    private sealed class Received : MessageStore, IUserAuthenticator
    {
        public List<MimeMessage> Messages { get; } = [];

        public List<bool> WereSecure { get; } = [];

        public List<(string User, string Password)> SignIns { get; } = [];

        public override async Task<SmtpResponse> SaveAsync(ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
        {
            using var stream = new MemoryStream(buffer.ToArray());
            Messages.Add(await MimeMessage.LoadAsync(stream, cancellationToken));
            WereSecure.Add(context.Pipe.IsSecure);
            return SmtpResponse.Ok;
        }

        public Task<bool> AuthenticateAsync(ISessionContext context, string user, string password, CancellationToken token)
        {
            SignIns.Add((user, password));
            return Task.FromResult(password == Password);
        }
    }
}
