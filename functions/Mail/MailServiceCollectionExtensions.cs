using Gatehouse.Keys;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Mail;

internal static class MailServiceCollectionExtensions
{
    /// <summary>Adds mail through an SMTP server, or into a folder, if section <c>Mail</c> names one.</summary>
    public static IServiceCollection AddMail(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MailOptions>().Bind(configuration.GetSection(MailOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MailOptions>, MailOptionsValidator>();
        if (!MailOptions.AreEnabled(configuration))
        {
            return services;
        }

        services.AddSingleton<IMailSender>(static provider =>
        {
            var options = provider.GetRequiredService<IOptions<MailOptions>>();
            var time = provider.GetRequiredService<TimeProvider>();
            return options.Value.Host.Length > 0 ? new SmtpMailSender(options, provider.GetRequiredService<ISecretSource>(), time) : new FolderMailSender(options, time);
        });
        return services
            .AddSingleton<MailTemplates>()
            .AddSingleton<MailOutbox>()
            .AddHostedService(static provider => provider.GetRequiredService<MailOutbox>());
    }
}
