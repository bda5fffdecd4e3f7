using Gatehouse.Protection;
using Gatehouse.Protection.DPoP;
using Gatehouse.Protection.Http;
using Gatehouse.Tokens;
using Gatehouse.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Authentication;

/// <summary>Signs in a user: exchanges user name and password for an access token and a refresh token.</summary>
[RequiresService(typeof(PasswordSignIn))]
internal sealed class AuthenticateFunction(PasswordRateLimit rateLimit, PasswordSignIn signIn, Sessions sessions, TokenBinding binding, Challenge challenge, TimeProvider time)
{
    [Function("Authenticate")]
    [AllowAnonymous]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "authenticate")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadJsonOrFormAsync(request);
        var name = ReadName(body);
        var password = body.RequiredSecret("password", PasswordHashing.MaxLength);
        body.ThrowIfInvalid();
        rateLimit.AcquireForSignIn(name);

        // Checked before the password, so that a proof without its nonce costs no hash.
        var proof = await binding.FindAsync(request.ReadProof(), cancellationToken);

        // Taken before the user is read: a password change, or a disabling, while this request waits and hashes must
        // end this session too.
        var authenticatedAt = time.GetUtcNow();
        if (await signIn.FindUserAsync(name, password, cancellationToken) is not { } user)
        {
            return await request.CreateProblemAsync(
                new Problem(ProblemType.InvalidCredentials, "Check both and try again.").With("WWW-Authenticate", challenge.TokenRequired(request.FunctionContext.Features.Get<HttpExchange>()!)));
        }

        return await request.CreateTokenResponseAsync(await sessions.BeginAsync(user, authenticatedAt, proof, cancellationToken), proof);
    }

    /// <summary>Reads the user name. Clients that sign in by e-mail may call the field <c>email</c>.</summary>
    private static string ReadName(JsonBody body)
    {
        if (body.Has("username") && body.Has("email"))
        {
            body.AddError("email", "Give username or email, not both.");
        }

        var (given, other) = body.Has("email") && !body.Has("username") ? ("email", "username") : ("username", "email");
        body.TryTake(other, out _);
        return body.RequiredString(given, UserName.MaxLength);
    }
}
