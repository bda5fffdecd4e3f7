using Gatehouse.Mail;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Gatehouse.Users;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Authentication;

internal static class SignInServiceCollectionExtensions
{
    /// <summary>Adds the sign-in by password, second factor and passkey.</summary>
    public static IServiceCollection AddSignIn(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<PasskeyOptions>().Bind(configuration.GetSection(PasskeyOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PasskeyOptions>, PasskeyOptionsValidator>();
        if (PasskeyOptions.AreEnabled(configuration))
        {
            services.AddSingleton<Passkeys>();
        }

        if (MailOptions.AreEnabled(configuration))
        {
            services.AddSingleton<AccountMail>();
            if (AuthenticationOptions.TakesInvitations(configuration))
            {
                services.AddSingleton<Invitations>();
            }

            if (AuthenticationOptions.IsOpen(configuration))
            {
                services.AddSingleton<OpenRegistration>();
            }
        }

        return services
            .AddSingleton<PasswordSignIn>()
            .AddSingleton<SignInTickets>()
            .AddSingleton<OwnFactors>()
            .AddSingleton<IProblemMapper, SignInProblems>();
    }
}

/// <summary>Maps the exceptions of this folder to problems.</summary>
internal sealed class SignInProblems(Challenge challenge) : IProblemMapper
{
    public Problem? Find(Exception exception) =>
        exception is InvalidTicketException ? new Problem(ProblemType.InvalidTicket, exception.Message).With("WWW-Authenticate", challenge.Bearer) : null;
}
