using System.ComponentModel.DataAnnotations;
using System.Text.Json;
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

/// <summary>Signs in a user with a passkey.</summary>
[RequiresService(typeof(Passkeys))]
internal sealed class PasskeySignInFunctions(Passkeys passkeys, Audiences audiences, Sessions sessions, TokenBinding binding, Challenge challenge, TimeProvider time)
{
    /// <summary>Begin to sign in with a passkey</summary>
    /// <remarks>Answers what a page gives to <c>navigator.credentials.get</c>. The challenge is valid for 5 minutes, once.</remarks>
    [Function("BeginPasskeySignIn")]
    [AllowAnonymous]
    [Operation("Sign in")]
    [Answer<PasskeyOptionsDocument>(200, "The options.")]
    [Failure(503, "Unavailable")]
    public async Task<HttpResponseData> BeginAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "authenticate/passkey/options")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        await request.JsonAsync(new PasskeyOptionsDocument(await passkeys.BeginSignInAsync(cancellationToken)), FactorJsonContext.Default.PasskeyOptionsDocument);

    /// <summary>Sign in with a passkey</summary>
    /// <remarks>
    /// Exchanges the answer of a passkey for tokens. A passkey is enough: it verifies its user, so it counts as two factors. With a
    /// <c>username</c>, it must be one of that user's.
    /// </remarks>
    [Function("SignInWithPasskey")]
    [AllowAnonymous]
    [Operation("Sign in", ReadsProof = true)]
    [Body<PasskeySignIn>]
    [Answer<TokenResponse>(200, "The tokens of a new session.", "Pragma: NoCache")]
    [Failure(401, "InvalidPasskey")]
    public async Task<HttpResponseData> FinishAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "authenticate/passkey")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request);
        var credential = PasskeyFunctions.ReadCredential(body);
        var username = body.OptionalString("username", UserName.MaxLength);
        var resources = AuthenticateFunction.ReadResources(body);
        body.ThrowIfInvalid();
        var requested = audiences.Find(resources);
        var proof = await binding.FindAsync(request.ReadProof(), cancellationToken);

        // Taken before the user is read, as at the sign-in by password.
        var authenticatedAt = time.GetUtcNow();
        if (await passkeys.SignInAsync(credential, username, cancellationToken) is not var (user, passkey))
        {
            return await request.CreateProblemAsync(
                new Problem(ProblemType.InvalidPasskey, "Begin again with POST /authenticate/passkey/options.").With("WWW-Authenticate", challenge.TokenRequired(request.FunctionContext)));
        }

        var authentication = new AuthenticationEvent(authenticatedAt, Passkeys.MethodsOf(passkey));
        return await request.CreateTokenResponseAsync(await sessions.BeginAsync(user, authentication, requested, proof, cancellationToken), proof);
    }
}

/// <summary>What a page gives to the browser.</summary>
/// <param name="PublicKey">
/// The options in the JSON form of WebAuthn: <c>PublicKeyCredential.parseRequestOptionsFromJSON</c> and
/// <c>parseCreationOptionsFromJSON</c> read it.
/// </param>
/// <example>{"publicKey": {"challenge": "q83vEjRWeJCrze8SNFZ4kA", "rpId": "example.com", "userVerification": "required"}}</example>
internal sealed record PasskeyOptionsDocument(JsonElement PublicKey);

/// <summary>A sign-in with a passkey.</summary>
/// <param name="Credential">The <c>PublicKeyCredential</c>, by its <c>toJSON()</c>.</param>
/// <param name="Username">The user, if the page asked for a name.</param>
/// <param name="Resource">As at <c>/authenticate</c>.</param>
/// <example>
/// {"credential": {"id": "AQIDBA", "rawId": "AQIDBA", "type": "public-key", "response": {"clientDataJSON": "e30", "authenticatorData": "AAAA",
/// "signature": "AAAA", "userHandle": "OWYw"}}}
/// </example>
internal sealed record PasskeySignIn(
    JsonElement Credential,
    [property: StringLength(UserName.MaxLength, MinimumLength = 1)] string? Username,
    [property: StringLength(AuthenticateFunction.MaxResourcesLength, MinimumLength = 1)] string? Resource);
