using System.Net;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Gatehouse.Mail;

/// <summary>
/// Makes messages of texts: <c>{name}.txt</c>, whose first line is the subject, and <c>{name}.html</c>. <c>{{value}}</c> stands for a
/// value. A line with a value that a message lacks is left out. Files of <see cref="MailOptions.TemplateFolder"/> replace the embedded ones.
/// </summary>
internal sealed class MailTemplates(IOptions<MailOptions> options)
{
    private readonly MailOptions _options = options.Value;
    private readonly MailboxAddress _from = MailboxAddress.Parse(options.Value.From);

    /// <summary>The page of the front end that takes a code; null without a front end.</summary>
    /// <param name="name">The name of the text, which is the name of the page.</param>
    /// <param name="code">The code. It stands in the fragment, which no server gets to log.</param>
    public string? FindLink(string name, string code) => _options.PagesUrl.Length == 0 ? null : $"{_options.PagesUrl.TrimEnd('/')}/{name}#code={code}";

    /// <summary>Makes a message.</summary>
    /// <param name="name">The name of the text.</param>
    /// <param name="to">The address of the receiver.</param>
    /// <param name="values">The values by their names; null for one that the message lacks.</param>
    public MimeMessage Render(string name, string to, IReadOnlyDictionary<string, string?> values)
    {
        var all = new Dictionary<string, string?>(values, StringComparer.Ordinal) { ["sender"] = string.IsNullOrEmpty(_from.Name) ? _from.Domain : _from.Name };
        var lines = Fill(Read(name + ".txt"), all, static value => value).Split('\n', 2);
        var body = new BodyBuilder { TextBody = lines[1].TrimStart(), HtmlBody = Fill(Read(name + ".html"), all, static value => WebUtility.HtmlEncode(value)) };
        var message = new MimeMessage([_from], [new MailboxAddress("", to)], lines[0].Trim(), body.ToMessageBody());

        // RFC 3834 §5: no out-of-office answers.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }

    private static string Fill(string text, Dictionary<string, string?> values, Func<string, string> encode)
    {
        foreach (var (name, value) in values)
        {
            var place = $"{{{{{name}}}}}";
            text = value is null
                ? string.Join('\n', text.Split('\n').Where(line => !line.Contains(place, StringComparison.Ordinal)))
                : text.Replace(place, encode(value), StringComparison.Ordinal);
        }

        return text;
    }

    private string Read(string file)
    {
        var own = _options.TemplateFolder.Length == 0 ? null : Path.Combine(_options.TemplateFolder, file);
        using var stream = File.Exists(own) ? File.OpenRead(own) : typeof(MailTemplates).Assembly.GetManifestResourceStream($"mail/{file}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
