using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Gatehouse.OpenApi;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Gatehouse.Tokens;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Authentication;

/// <summary>Adds and removes passkeys of the caller.</summary>
[RequiresService(typeof(Passkeys))]
internal sealed class PasskeyFunctions(OwnFactors factors, Passkeys passkeys)
{
    /// <summary>The longest name of a passkey, in characters.</summary>
    public const int MaxNameLength = 64;

    /// <summary>Begin to add a passkey</summary>
    /// <remarks>Answers what a page gives to <c>navigator.credentials.create</c>. The challenge is valid for 5 minutes.</remarks>
    [Function("BeginPasskey")]
    [Authorize]
    [RequireRecentSignIn(OwnFactors.RecentMinutes)]
    [Operation("Second factors")]
    [Answer<PasskeyOptionsDocument>(200, "The options.")]
    [Failure(403, "NotAPerson")]
    public async Task<HttpResponseData> BeginAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "me/passkeys/options")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var user = await factors.FindUserAsync(request, cancellationToken);
        return await request.JsonAsync(new PasskeyOptionsDocument(await passkeys.BeginAddAsync(user, cancellationToken)), FactorJsonContext.Default.PasskeyOptionsDocument);
    }

    /// <summary>Add a passkey</summary>
    /// <remarks>
    /// Takes the answer of the passkey. Every session of the user ends, and a new one begins, whose tokens tell of the second factor. With
    /// the first factor come ten recovery codes, each for one sign-in without it. They are shown this once.
    /// </remarks>
    [Function("AddPasskey")]
    [Authorize]
    [Operation("Second factors")]
    [Body<NewPasskey>]
    [Answer<AddedFactorDocument>(200, "The tokens of a new session, and the recovery codes.")]
    [Failure(403, "NotAPerson")]
    [Failure(412, "ChangedMeanwhile")]
    public async Task<HttpResponseData> AddAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "me/passkeys")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var user = await factors.FindUserAsync(request, cancellationToken);
        var body = await JsonBody.ReadAsync(request);
        var name = body.RequiredString("name", MaxNameLength);
        var credential = ReadCredential(body);
        if (user.Factors.Passkeys.Length >= Passkeys.MaxCount)
        {
            body.AddError("credential", $"A user has at most {Passkeys.MaxCount} passkeys. Remove one first.");
        }

        body.ThrowIfInvalid();
        var added = await passkeys.VerifyNewAsync(user, credential, name, cancellationToken);
        if (added is null)
        {
            body.AddError("credential", "The passkey is not accepted. Begin again with POST /me/passkeys/options.");
            body.ThrowIfInvalid();
        }

        var (next, codes) = (user.Factors with { Passkeys = user.Factors.Passkeys.Add(added!) }).WithFirstRecoveryCodes();
        var tokens = await factors.ChangeAsync(request, user, next, "passkey added", Passkeys.MethodsOf(added!), cancellationToken);
        return await request.JsonAsync(new AddedFactorDocument(codes, tokens), FactorJsonContext.Default.AddedFactorDocument);
    }

    /// <summary>Remove a passkey of yours</summary>
    /// <remarks>With the last factor the recovery codes go too. Every session of the user ends, and a new one begins.</remarks>
    /// <param name="id" example="AQIDBA">The id, as <c>/me/factors</c> shows it.</param>
    [Function("RemovePasskey")]
    [Authorize]
    [RequireRecentSignIn(OwnFactors.RecentMinutes)]
    [Operation("Second factors")]
    [Answer<TokenResponse>(200, "The tokens of a new session.", "Pragma: NoCache")]
    [Failure(403, "NotAPerson")]
    [Failure(412, "ChangedMeanwhile")]
    public async Task<HttpResponseData> RemoveAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "me/passkeys/{id}")] HttpRequestData request,
        string id,
        CancellationToken cancellationToken)
    {
        var user = await factors.FindUserAsync(request, cancellationToken);
        var next = user.Factors.WithoutPasskey(id) ?? throw new ProblemException(ProblemType.NotFound, "You have no passkey with this id.");
        return await request.CreateTokenResponseAsync(await factors.ChangeAsync(request, user, next, "passkey removed", gained: [], cancellationToken), proof: null);
    }

    /// <summary>Reads the answer of an authenticator.</summary>
    public static JsonElement ReadCredential(JsonBody body)
    {
        if (!body.TryTake("credential", out var credential) || credential.ValueKind != JsonValueKind.Object)
        {
            body.AddError("credential", "This field is required and must be an object.");
        }

        return credential;
    }
}

/// <summary>A new passkey.</summary>
/// <param name="Name">A name by which the user knows it, such as that of the device.</param>
/// <param name="Credential">The <c>PublicKeyCredential</c>, by its <c>toJSON()</c>.</param>
/// <example>
/// {"name": "Laptop", "credential": {"id": "AQIDBA", "rawId": "AQIDBA", "type": "public-key", "response": {"clientDataJSON": "e30",
/// "attestationObject": "AAAA"}}}
/// </example>
internal sealed record NewPasskey(
    [property: StringLength(PasskeyFunctions.MaxNameLength, MinimumLength = 1)] string Name,
    JsonElement Credential);
