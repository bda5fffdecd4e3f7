using System.Globalization;
using Gatehouse.Keys;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Gatehouse.Mail;

/// <summary>Writes mail into a folder, for a machine without an SMTP server: <c>.eml</c> files, which mail programs open.</summary>
internal sealed class FolderMailSender(IOptions<MailOptions> options, TimeProvider time) : IMailSender
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _folder = Path.GetFullPath(options.Value.Folder, Repository.Root ?? Directory.GetCurrentDirectory());

    public async Task SendAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        // For its owner only: the files hold codes.
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_folder);
        }
        else
        {
            Directory.CreateDirectory(_folder, OwnerOnly);
        }

        // In the order of time. A reader sees all of a file or nothing.
        var path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyyMMdd'T'HHmmss'.'fff}-{Guid.NewGuid():N}"));
        await message.WriteToAsync(path + ".part", cancellationToken);
        File.Move(path + ".part", path + ".eml");
    }
}
