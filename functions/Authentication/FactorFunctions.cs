using System.Text.Json.Serialization;
using Gatehouse.OpenApi;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Gatehouse.Tokens;
using Gatehouse.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Authentication;

/// <summary>Shows the caller's second factors, and renews the recovery codes.</summary>
[RequiresService(typeof(PasswordSignIn))]
internal sealed class FactorFunctions(OwnFactors factors)
{
    /// <summary>See your second factors</summary>
    /// <remarks>The authenticator app, the passkeys with their names, and how many recovery codes are left.</remarks>
    [Function("ListFactors")]
    [Authorize]
    [Operation("Second factors")]
    [Answer<FactorsDocument>(200, "The factors.")]
    [Failure(403, "NotAPerson")]
    public async Task<HttpResponseData> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "me/factors")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var held = (await factors.FindUserAsync(request, cancellationToken)).Factors;
        return await request.JsonAsync(FactorsDocument.Of(held), FactorJsonContext.Default.FactorsDocument);
    }

    /// <summary>Renew your recovery codes</summary>
    /// <remarks>The codes that are left of earlier ones end. The new ones are shown this once. Sessions go on.</remarks>
    [Function("RenewRecoveryCodes")]
    [Authorize]
    [RequireMfa]
    [RequireRecentSignIn(OwnFactors.RecentMinutes)]
    [Operation("Second factors")]
    [Answer<RecoveryCodesDocument>(200, "The codes.")]
    [Failure(403, "NotAPerson")]
    [Failure(412, "ChangedMeanwhile")]
    public async Task<HttpResponseData> RenewAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "me/recovery-codes")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var user = await factors.FindUserAsync(request, cancellationToken);
        return await request.JsonAsync(new RecoveryCodesDocument(await factors.RenewRecoveryCodesAsync(user, cancellationToken)), FactorJsonContext.Default.RecoveryCodesDocument);
    }
}

/// <summary>The second factors of a user.</summary>
/// <param name="Totp">The authenticator app. Missing if the user has added none.</param>
/// <param name="Passkeys">The passkeys.</param>
/// <param name="RecoveryCodes">How many recovery codes are left.</param>
/// <example>
/// {"totp": {"since": "2026-05-04T12:00:00+00:00"}, "passkeys": [{"id": "AQIDBA", "name": "Laptop", "since": "2026-05-04T12:00:00+00:00"}],
/// "recoveryCodes": 10}
/// </example>
internal sealed record FactorsDocument(TotpDocument? Totp, IReadOnlyList<PasskeyDocument> Passkeys, int RecoveryCodes)
{
    public static FactorsDocument Of(Factors factors) => new(
        factors.Totp is { } totp ? new TotpDocument(totp.Since) : null,
        [.. factors.Passkeys.Select(static passkey => new PasskeyDocument(passkey.Id, passkey.Name, passkey.Since, passkey.LastUsedAt))],
        factors.RecoveryCodes.Length);
}

/// <summary>A passkey.</summary>
/// <param name="Id">Its id, to remove it.</param>
/// <param name="Name">The name that the user gave it.</param>
/// <param name="Since">When it was added.</param>
/// <param name="LastUsedAt">When it signed in last. Missing for never.</param>
internal sealed record PasskeyDocument(string Id, string Name, DateTimeOffset Since, DateTimeOffset? LastUsedAt);

/// <summary>An authenticator app.</summary>
/// <param name="Since">When it was added.</param>
internal sealed record TotpDocument(DateTimeOffset Since);

/// <summary>Codes that sign in without the app, each once.</summary>
/// <param name="RecoveryCodes">The codes. Gatehouse keeps only hashes of them.</param>
/// <example>{"recoveryCodes": ["mzxw6y-tboi4d-cmbqge-ydanzq"]}</example>
internal sealed record RecoveryCodesDocument(IReadOnlyList<string> RecoveryCodes)
{
    // A record prints its members; these must not get into a log.
    public override string ToString() => nameof(RecoveryCodesDocument);
}

/// <summary>A second factor was added.</summary>
/// <param name="RecoveryCodes">
/// Codes that sign in without the other factors, each once. Gatehouse keeps only hashes of them. Missing if the user has some already.
/// </param>
/// <param name="Tokens">The tokens of the new session.</param>
internal sealed record AddedFactorDocument(IReadOnlyList<string>? RecoveryCodes, TokenResponse Tokens)
{
    // A record prints its members; these must not get into a log.
    public override string ToString() => nameof(AddedFactorDocument);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PasskeyOptionsDocument))]
[JsonSerializable(typeof(NewTotpDocument))]
[JsonSerializable(typeof(FactorsDocument))]
[JsonSerializable(typeof(RecoveryCodesDocument))]
[JsonSerializable(typeof(AddedFactorDocument))]
internal sealed partial class FactorJsonContext : JsonSerializerContext;
