using Gatehouse.Mail;
using MailKit.Security;

namespace Gatehouse.Tests.Unit.Mail;

public sealed class MailOptionsTests
{
    private static readonly MailOptionsValidator Validator = new();

    [Fact]
    public void Defaults_AreValid_AndSendNoMail() => Assert.True(Validator.Validate(null, new MailOptions()).Succeeded);

    [Fact]
    public void Server_WithASender_IsValid() =>
        Assert.True(Validator.Validate(null, new MailOptions { Host = "smtp.azurecomm.net", From = "Shop <no-reply@example.com>", PagesUrl = "https://shop.example.com/account/" }).Succeeded);

    [Theory]
    [InlineData("smtp.example.com", "", "", 587, "", "Mail:From must be a mailbox, such as Example Shop <no-reply@example.com>.")]
    [InlineData("smtp.example.com", "mail", "a@example.com", 587, "", "Mail:Folder must not be set beside Host.")]
    [InlineData("smtp://example.com/", "", "a@example.com", 587, "", "Mail:Host must be a host name or an address, such as smtp.azurecomm.net.")]
    [InlineData("smtp.example.com", "", "a@example.com", 0, "", "Mail:Port must be between 1 and 65535.")]
    [InlineData("smtp.example.com", "", "a@example.com", 587, "http://shop.example.com/", "Mail:PagesUrl must be an absolute https URL without query or fragment (http only on loopback), such as https://shop.example.com/account/.")]
    public void ImpossibleValue_IsNamed(string host, string folder, string from, int port, string pages, string fault) =>
        Assert.Equal([fault], Validator.Validate(null, new MailOptions { Host = host, Folder = folder, From = from, Port = port, PagesUrl = pages }).Failures);

    [Theory]
    [InlineData("smtp.azurecomm.net", 587, SecureSocketOptions.StartTls)]
    [InlineData("0.0.0.0", 25, SecureSocketOptions.StartTls)]
    [InlineData("localhost.example.com", 587, SecureSocketOptions.StartTls)]
    [InlineData("smtp.azurecomm.net", 465, SecureSocketOptions.SslOnConnect)]
    [InlineData("localhost", 25, SecureSocketOptions.StartTlsWhenAvailable)]
    [InlineData("127.0.0.1", 1025, SecureSocketOptions.StartTlsWhenAvailable)]
    [InlineData("::1", 1025, SecureSocketOptions.StartTlsWhenAvailable)]
    public void Connection_WithoutTls_IsForThisMachineOnly(string host, int port, SecureSocketOptions expected) => Assert.Equal(expected, SmtpMailSender.SecurityOf(host, port));
}
