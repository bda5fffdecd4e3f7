using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Authentication;

internal static class SignInServiceCollectionExtensions
{
    /// <summary>Adds the sign-in by password.</summary>
    public static IServiceCollection AddSignIn(this IServiceCollection services) => services
        .AddSingleton<PasswordSignIn>()
        .AddSingleton<SignInTickets>()
        .AddSingleton<OwnFactors>()
        .AddSingleton<IProblemMapper, SignInProblems>();
}

/// <summary>Maps the exceptions of this folder to problems.</summary>
internal sealed class SignInProblems(Challenge challenge) : IProblemMapper
{
    public Problem? Find(Exception exception) =>
        exception is InvalidTicketException ? new Problem(ProblemType.InvalidTicket, exception.Message).With("WWW-Authenticate", challenge.Bearer) : null;
}
