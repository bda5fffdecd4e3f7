using System.ComponentModel.DataAnnotations;
using Gatehouse.OpenApi;
using Gatehouse.Protection;
using Gatehouse.Protection.DPoP;
using Gatehouse.Protection.Http;
using Gatehouse.Tokens;
using Gatehouse.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Authentication;

/// <summary>Finishes the sign-in of a user with a second factor.</summary>
[RequiresService(typeof(PasswordSignIn))]
internal sealed class FinishSignInFunction(PasswordSignIn signIn, Audiences audiences, Sessions sessions, TokenBinding binding, Challenge challenge, TimeProvider time)
{
    /// <summary>Finish a sign-in with a second factor</summary>
    /// <remarks>
    /// Exchanges the <c>ticket</c> of <c>/authenticate</c> and a code of the user's authenticator app, or a recovery code, for tokens. A code
    /// is for one use, and a wrong one counts as a failed sign-in. Send a DPoP proof and <c>resource</c> with this request, which gets the
    /// tokens.
    /// </remarks>
    [Function("FinishSignIn")]
    [AllowAnonymous]
    [Operation("Sign in", ReadsProof = true)]
    [Body<SecondStep>(TakesForms = true)]
    [Answer<TokenResponse>(200, "The tokens of a new session.", "Pragma: NoCache")]
    [Failure(401, "InvalidCode")]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "authenticate/code")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadJsonOrFormAsync(request);
        var ticket = body.RequiredSecret("ticket", SignInTickets.MaxLength);
        var code = body.RequiredSecret("code", Factors.MaxCodeLength);
        var resources = AuthenticateFunction.ReadResources(body);
        body.ThrowIfInvalid();
        var requested = audiences.Find(resources);
        var proof = await binding.FindAsync(request.ReadProof(), cancellationToken);

        // Taken before the user is read, as at the first step.
        var authenticatedAt = time.GetUtcNow();
        if (await signIn.FinishAsync(ticket, code, cancellationToken) is not { } user)
        {
            return await request.CreateProblemAsync(
                new Problem(ProblemType.InvalidCode, "Send the current code of the app, or a recovery code that was not used before.").With("WWW-Authenticate", challenge.TokenRequired(request.FunctionContext)));
        }

        var authentication = new AuthenticationEvent(authenticatedAt, AuthenticationEvent.PasswordAndCode);
        return await request.CreateTokenResponseAsync(await sessions.BeginAsync(user, authentication, requested, proof, cancellationToken), proof);
    }
}

/// <summary>The second step of a sign-in.</summary>
/// <param name="Ticket">The <c>ticket</c> of the first step, which is valid for 5 minutes.</param>
/// <param name="Code">Six digits of the authenticator app, or a recovery code. Spaces, hyphens and case don't matter.</param>
/// <param name="Resource">As at <c>/authenticate</c>.</param>
/// <example>{"ticket": "q83vEjRWeJCrze8SNFZ4kA", "code": "492039"}</example>
internal sealed record SecondStep(
    [property: StringLength(SignInTickets.MaxLength, MinimumLength = 1)] string Ticket,
    [property: StringLength(Factors.MaxCodeLength, MinimumLength = 1)] string Code,
    [property: StringLength(AuthenticateFunction.MaxResourcesLength, MinimumLength = 1)] string? Resource);
