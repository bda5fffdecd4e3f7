using System.Collections.Immutable;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Gatehouse.Tokens;
using Gatehouse.Users;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Authentication;

/// <summary>Finds the caller of a request about second factors, and changes them.</summary>
internal sealed class OwnFactors(Sessions sessions, UserAdministration users, TimeProvider time)
{
    /// <summary>How many minutes ago a user may have signed in who changes factors (OWASP ASVS 5.0, 7.5.1).</summary>
    public const int RecentMinutes = 10;

    /// <summary>The caller.</summary>
    /// <exception cref="ProblemException">The caller is no user, or has a temporary password, which others may know (403).</exception>
    public async Task<User> FindUserAsync(HttpRequestData request, CancellationToken cancellationToken)
    {
        var caller = request.FunctionContext.GetCaller();
        var user = await sessions.FindUserAsync(caller, cancellationToken) ?? throw new ProblemException(ProblemType.AccessDenied, "Only a user who is signed in here has second factors and an e-mail address.");
        if (user.MustChangePassword)
        {
            throw new ProblemException(ProblemType.AccessDenied, "The password is temporary. Change it first, with POST /me/password.");
        }

        await sessions.RequireBindingAsync(user, caller.ProofKeyThumbprint, cancellationToken);
        return user;
    }

    /// <summary>Sets the factors, ends every session, and begins a new one.</summary>
    /// <param name="request">The request.</param>
    /// <param name="user">The caller.</param>
    /// <param name="factors">The factors.</param>
    /// <param name="what">The change, for the audit.</param>
    /// <param name="gained">The methods by which the request showed a new factor (RFC 8176); empty for none.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ProblemException">Another request changed the user (412).</exception>
    public async Task<TokenResponse> ChangeAsync(HttpRequestData request, User user, Factors factors, string what, ImmutableArray<string> gained, CancellationToken cancellationToken)
    {
        var caller = request.FunctionContext.GetCaller();
        var readAt = time.GetUtcNow();
        var changed = await WithoutConditionAsync(() => users.ChangeFactorsAsync(user, factors, what, cancellationToken));

        // To the methods of the session comes that of a new factor. The time stays that of the sign-in.
        var methods = factors.HasSecond ? [.. caller.AuthenticationMethods.Union(gained)] : AuthenticationEvent.Password;
        var authentication = new AuthenticationEvent(caller.AuthenticatedAt ?? readAt, methods) { UserReadAt = readAt };
        return await sessions.BeginAsync(changed, authentication, granted: [], caller.ProofKeyThumbprint, cancellationToken);
    }

    /// <summary>Replaces the recovery codes. Sessions go on: no one signs in with them alone.</summary>
    /// <exception cref="ProblemException">Another request changed the user (412).</exception>
    public async Task<ImmutableArray<string>> RenewRecoveryCodesAsync(User user, CancellationToken cancellationToken)
    {
        var renewed = user.Factors.WithNewRecoveryCodes(out var codes);
        await WithoutConditionAsync(() => users.RenewRecoveryCodesAsync(user, renewed, cancellationToken));
        return codes;
    }

    /// <summary>Makes a change of the user by a request without <c>If-Match</c>.</summary>
    /// <exception cref="ProblemException">Another request changed the user (412).</exception>
    public static async Task<User> WithoutConditionAsync(Func<Task<User>> change)
    {
        try
        {
            return await change();
        }
        catch (UserChangedException)
        {
            // The request carries no If-Match, so the usual advice to renew it does not apply.
            throw new ProblemException(ProblemType.PreconditionFailed, "Another request changed the user meanwhile. Send the request again.");
        }
    }
}
