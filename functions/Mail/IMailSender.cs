using MimeKit;

namespace Gatehouse.Mail;

/// <summary>Sends mail.</summary>
internal interface IMailSender
{
    /// <summary>Hands a message over to whatever delivers it.</summary>
    /// <exception cref="Exception">Nothing took the message. The exception is that of the client, and holds no password.</exception>
    Task SendAsync(MimeMessage message, CancellationToken cancellationToken);
}
