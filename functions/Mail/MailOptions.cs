using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Gatehouse.Mail;

/// <summary>Configuration section <c>Mail</c>.</summary>
internal sealed class MailOptions
{
    public const string Section = "Mail";

    /// <summary>
    /// The SMTP server, such as <c>smtp.azurecomm.net</c>. It must offer STARTTLS, unless it is on this machine. Defaults to none: without
    /// <see cref="Folder"/> no mail is sent, and what needs mail is not there.
    /// </summary>
    public string Host { get; set; } = "";

    /// <summary>The port of the SMTP server, 1 to 65 535. On 465 the connection begins with TLS. Defaults to 587.</summary>
    public int Port { get; set; } = 587;

    /// <summary>The user name at the SMTP server. Defaults to none: no sign-in there.</summary>
    public string UserName { get; set; } = "";

    /// <summary>The name of the secret in Key Vault (or in the key folder) that holds the password at the SMTP server. Defaults to <c>smtp-password</c>.</summary>
    public string PasswordSecretName { get; set; } = "smtp-password";

    /// <summary>The sender, such as <c>Example Shop &lt;no-reply@example.com&gt;</c>. Required with <see cref="Host"/> or <see cref="Folder"/>. Defaults to none.</summary>
    public string From { get; set; } = "";

    /// <summary>A folder that gets each mail as an <c>.eml</c> file, instead of an SMTP server. Defaults to none; local/Host has <c>.local/mail</c>.</summary>
    public string Folder { get; set; } = "";

    /// <summary>A folder whose files replace the texts of the same name, such as <c>password-reset.txt</c>. Defaults to none: the texts of Gatehouse.</summary>
    public string TemplateFolder { get; set; } = "";

    /// <summary>
    /// The URL below which the front end has the pages <c>password-reset</c>, <c>email-verification</c>, <c>invitation</c> and
    /// <c>registration</c>: https, or http on loopback. A mailed link is such a page with <c>#code=</c>. Defaults to none: mails hold the
    /// code alone.
    /// </summary>
    public string PagesUrl { get; set; } = "";

    /// <summary>Whether mail is sent.</summary>
    public static bool AreEnabled(IConfiguration configuration) =>
        !string.IsNullOrEmpty(configuration[$"{Section}:{nameof(Host)}"]) || !string.IsNullOrEmpty(configuration[$"{Section}:{nameof(Folder)}"]);
}

/// <summary>Stops the start when section <c>Mail</c> holds an impossible value.</summary>
internal sealed class MailOptionsValidator : IValidateOptions<MailOptions>
{
    public ValidateOptionsResult Validate(string? name, MailOptions options)
    {
        var faults = new SettingFaults(MailOptions.Section);
        var isEnabled = options.Host.Length > 0 || options.Folder.Length > 0;
        faults.Require(options.Host.Length == 0 || options.Folder.Length == 0, nameof(options.Folder), "must not be set beside Host.");
        faults.Require(options.Host.Length == 0 || Uri.CheckHostName(options.Host) != UriHostNameType.Unknown, nameof(options.Host), "must be a host name or an address, such as smtp.azurecomm.net.");
        faults.RequireRange(nameof(options.Port), options.Port, 1, 65_535);
        faults.RequireSecretName(nameof(options.PasswordSecretName), options.PasswordSecretName);
        faults.Require(!isEnabled || IsMailbox(options.From), nameof(options.From), "must be a mailbox, such as Example Shop <no-reply@example.com>.");
        faults.Require(options.TemplateFolder.Length == 0 || Directory.Exists(options.TemplateFolder), nameof(options.TemplateFolder), "must be a folder that exists.");
        faults.Require(
            options.PagesUrl.Length == 0 || SafeAddress.IsBaseUrl(options.PagesUrl),
            nameof(options.PagesUrl),
            "must be an absolute https URL without query or fragment (http only on loopback), such as https://shop.example.com/account/.");
        return faults.ToResult();
    }

    private static bool IsMailbox(string text) => MailboxAddress.TryParse(text, out var mailbox) && mailbox.Address.Contains('@', StringComparison.Ordinal);
}
