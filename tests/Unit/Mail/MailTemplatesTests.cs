using Gatehouse.Mail;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Gatehouse.Tests.Unit.Mail;

public sealed class MailTemplatesTests
{
    private static readonly Dictionary<string, string?> Values = new(StringComparer.Ordinal)
    {
        ["username"] = "<b>Grace</b>",
        ["until"] = "2026-03-01 12:00 UTC",
        ["code"] = "the-code",
        ["link"] = "https://shop.example.com/account/password-reset#code=the-code",
    };

    [Theory]
    [InlineData("password-reset")]
    [InlineData("email-verification")]
    [InlineData("invitation")]
    [InlineData("registration")]
    [InlineData("registration-known")]
    [InlineData("password-changed")]
    [InlineData("email-changed")]
    public void EveryText_IsPlainAndHtml_WithEveryValueFilledIn(string name)
    {
        var message = Create("").Render(name, "grace@example.com", Values);

        Assert.Equal("Shop", Assert.IsType<MailboxAddress>(Assert.Single(message.From)).Name);
        Assert.Equal("grace@example.com", Assert.IsType<MailboxAddress>(Assert.Single(message.To)).Address);
        Assert.NotEmpty(message.Subject!);
        Assert.DoesNotContain("{{", message.TextBody + message.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("Shop", message.TextBody, StringComparison.Ordinal);
        Assert.Equal(message.TextBody!.Contains("the-code", StringComparison.Ordinal), message.HtmlBody!.Contains(Values["link"]!, StringComparison.Ordinal));
        Assert.DoesNotContain("<b>", message.HtmlBody, StringComparison.Ordinal);
        Assert.Equal("auto-generated", message.Headers["Auto-Submitted"]);
    }

    [Fact]
    public void WithoutAFrontEnd_OnlyTheCodeIsLeft()
    {
        var message = Create("").Render("password-reset", "grace@example.com", new Dictionary<string, string?>(Values, StringComparer.Ordinal) { ["link"] = null });

        Assert.Contains("Code: the-code", message.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("href", message.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public void FileOfTheOwner_ReplacesTheTextOfItsName()
    {
        var folder = Directory.CreateTempSubdirectory();
        File.WriteAllText(Path.Combine(folder.FullName, "password-reset.txt"), "New password for {{username}}\r\n\r\nCode {{code}}\r\n");

        var message = Create(folder.FullName).Render("password-reset", "grace@example.com", Values);

        Assert.Equal("New password for <b>Grace</b>", message.Subject);
        Assert.Equal("Code the-code", message.TextBody!.Trim());
        Assert.Contains("href", message.HtmlBody, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    private static MailTemplates Create(string folder) => new(Options.Create(new MailOptions { From = "Shop <no-reply@example.com>", TemplateFolder = folder }));
}
