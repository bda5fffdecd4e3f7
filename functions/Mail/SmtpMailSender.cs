using System.Net;
using System.Net.Security;
using Gatehouse.Keys;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Gatehouse.Mail;

/// <summary>Sends mail through an SMTP server, on a connection for each message: an instance sends few.</summary>
/// <param name="options">The server.</param>
/// <param name="secrets">Holds the password.</param>
/// <param name="time">Tells which version of the password is usable.</param>
/// <param name="trust">Decides about the server's certificate; null for the rules of the platform.</param>
internal sealed class SmtpMailSender(IOptions<MailOptions> options, ISecretSource secrets, TimeProvider time, RemoteCertificateValidationCallback? trust = null) : IMailSender
{
    private const int TlsFromTheStart = 465;

    private readonly MailOptions _options = options.Value;

    public async Task SendAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        using var client = new SmtpClient();
        if (trust is not null)
        {
            client.ServerCertificateValidationCallback = trust;
        }

        await client.ConnectAsync(_options.Host, _options.Port, SecurityOf(_options.Host, _options.Port), cancellationToken);
        if (_options.UserName.Length > 0)
        {
            var password = await secrets.FindNewestAsync(_options.PasswordSecretName, time.GetUtcNow(), cancellationToken)
                ?? throw new InvalidOperationException($"There is no secret {_options.PasswordSecretName} with the password of the SMTP server.");
            await client.AuthenticateAsync(_options.UserName, SecretText.Trim(password), cancellationToken);
        }

        await client.SendAsync(message, cancellationToken);
        await client.DisconnectAsync(quit: true, cancellationToken);
    }

    /// <summary>The protection of a connection. Without it an attacker between the two would read the codes, so only this machine may do without.</summary>
    public static SecureSocketOptions SecurityOf(string host, int port) =>
        port == TlsFromTheStart ? SecureSocketOptions.SslOnConnect
        : host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address)) ? SecureSocketOptions.StartTlsWhenAvailable
        : SecureSocketOptions.StartTls;
}
