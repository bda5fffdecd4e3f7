using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Users;

internal static class AdministratorExtensions
{
    /// <summary>Acts with the rights of the caller.</summary>
    /// <exception cref="ProblemException">The caller's scopes do not suffice (403).</exception>
    public static async Task<T> ActAsync<T>(this HttpRequestData request, Challenge challenge, Func<Administrator, Task<T>> act)
    {
        var caller = request.FunctionContext.GetCaller();
        try
        {
            return await act(new Administrator(caller.QualifiedSubject, caller.Scopes));
        }
        catch (BeyondOwnScopesException exception)
        {
            throw new ProblemException(new Problem(ProblemType.AccessDenied, exception.Message)
                .With("WWW-Authenticate", challenge.InsufficientScope(request.FunctionContext, exception.Scopes, caller.ProofKeyThumbprint is not null)));
        }
    }
}
