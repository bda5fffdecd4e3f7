using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Gatehouse.Mail;
using Gatehouse.Tests.Integration.Authentication;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MimeKit;

namespace Gatehouse.Tests.Integration.Mail;

/// <summary>A test with a mailbox that gets every mail of the host.</summary>
public abstract partial class MailTest : GatehouseTest
{
    private protected const string NewPassword = "seven quiet mountains at dawn";

    private readonly Mailbox _mailbox = new();

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected virtual Dictionary<string, string?> Settings => new(StringComparer.Ordinal) { ["Mail:PagesUrl"] = "https://shop.example.com/account" };

    private protected override GatehouseHostOptions CreateOptions() => new()
    {
        Settings = Settings,
        Configure = builder => builder.Services.Replace(ServiceDescriptor.Singleton<IMailSender>(_mailbox)),
    };

    /// <summary>Sends a request without a token.</summary>
    private protected Task<HttpResponseMessage> PostAsync<T>(string path, T body) => Host.Client.PostAsJsonAsync(path, body, Cancellation);

    private protected async Task<HttpStatusCode> PostStatusAsync<T>(string path, T body)
    {
        using var response = await PostAsync(path, body);
        return response.StatusCode;
    }

    private protected async Task<HttpStatusCode> PutEmailAsync(string token, string? email, string path = "/me/email")
    {
        using var response = await Host.SendAsync(HttpMethod.Put, path, token, JsonContent.Create(new { email }));
        return response.StatusCode;
    }

    private protected async Task RequestResetAsync(string email) => Assert.Equal(HttpStatusCode.Accepted, await PostStatusAsync("/password-reset", new { email }));

    private protected Task<HttpStatusCode> SetPasswordAsync(string code, string password = NewPassword) => PostStatusAsync("/password-reset/complete", new { code, password });

    /// <summary>Adds a user who has verified an address.</summary>
    private protected async Task<Hosting.Tokens> AddVerifiedAsync(string name, string email, string role = "reader")
    {
        await Host.AddUserAsync(name, role);
        var tokens = await Host.SignInAsync(name);
        Assert.Equal(HttpStatusCode.OK, await PutEmailAsync(tokens.AccessToken, email));
        Assert.Equal(HttpStatusCode.NoContent, await PostStatusAsync("/email-verification", new { code = await ReceiveCodeAsync(email, "Confirm your address") }));
        return tokens;
    }

    /// <summary>The user as it is stored.</summary>
    private protected async Task<User> FindAsync(string name)
    {
        Assert.True(UserName.TryParse(name, out var userName));
        return (await Host.Services.GetRequiredService<IUserStore>().FindAsync(userName, Cancellation))!;
    }

    /// <summary>All mails since the last call, after the work for them has ended.</summary>
    private protected async Task<MimeMessage[]> ReceiveAsync()
    {
        await Host.Services.GetRequiredService<MailOutbox>().StopAsync(Cancellation);
        return _mailbox.TakeAll();
    }

    /// <summary>The code of the only mail, which must have a link with it too.</summary>
    private protected async Task<string> ReceiveCodeAsync(string email, string subject)
    {
        var mail = Assert.Single(await ReceiveAsync());
        Assert.Equal((subject, email), (mail.Subject, Assert.IsType<MailboxAddress>(Assert.Single(mail.To)).Address));
        var code = Code().Match(mail.TextBody!).Groups[1].Value;
        Assert.Contains($"https://shop.example.com/account/", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains($"#code={code}\"", mail.HtmlBody, StringComparison.Ordinal);
        return code;
    }

    private protected async Task<string> RequestCodeAsync(string email)
    {
        await RequestResetAsync(email);
        return await ReceiveCodeAsync(email.ToLowerInvariant(), "Set a new password");
    }

    private protected Task<HttpStatusCode> SignInStatusAsync(string name, string password) => Host.SignInStatusAsync(name, password);

    [GeneratedRegex(@"^Code: (\S+)\s*$", RegexOptions.Multiline)]
    private static partial Regex Code();

    private sealed class Mailbox : IMailSender
    {
        private readonly ConcurrentQueue<MimeMessage> _messages = new();

        public Task SendAsync(MimeMessage message, CancellationToken cancellationToken)
        {
            _messages.Enqueue(message);
            return Task.CompletedTask;
        }

        public MimeMessage[] TakeAll()
        {
            var all = _messages.ToArray();
            _messages.Clear();
            return all;
        }
    }
}
