using System.ComponentModel.DataAnnotations;
using Gatehouse.OpenApi;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Gatehouse.Tokens;
using Gatehouse.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Options;
using OtpNet;
using QRCoder;

namespace Gatehouse.Authentication;

/// <summary>Adds and removes the caller's authenticator app.</summary>
[RequiresService(typeof(PasswordSignIn))]
internal sealed class TotpFunctions(OwnFactors factors, SignInTickets tickets, IOptions<TokensOptions> options, TimeProvider time)
{
    private const string Purpose = "add authenticator app";
    private const int ModuleSize = 6;

    // Time to install an app.
    private static readonly TimeSpan TicketLifetime = TimeSpan.FromMinutes(15);

    /// <summary>Begin to add an authenticator app</summary>
    /// <remarks>
    /// Answers a new secret for an app that shows codes of six digits (RFC 6238). Nothing changes until <c>PUT /me/totp</c> confirms that
    /// the app shows the right codes. An app that was added before is then replaced.
    /// </remarks>
    [Function("BeginTotp")]
    [Authorize]
    [RequireRecentSignIn(OwnFactors.RecentMinutes)]
    [Operation("Second factors")]
    [Answer<NewTotpDocument>(200, "The secret, in three forms.")]
    [Failure(403, "NotAPerson")]
    public async Task<HttpResponseData> BeginAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "me/totp")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var user = await factors.FindUserAsync(request, cancellationToken);
        var secret = TotpFactor.CreateSecret();
        var uri = new OtpUri(OtpType.Totp, secret, user.Name.Value, new Uri(options.Value.Issuer).Host).ToString();
        var document = new NewTotpDocument(secret, uri, Draw(uri), await tickets.SealAsync(Purpose, user, TicketLifetime, secret, cancellationToken));
        return await request.JsonAsync(document, FactorJsonContext.Default.NewTotpDocument);
    }

    /// <summary>Add the authenticator app</summary>
    /// <remarks>
    /// Takes the first code of the app. Every session of the user ends, and a new one begins, whose tokens tell of the second factor. Ten
    /// recovery codes come along, each for one sign-in without the app. They are shown this once.
    /// </remarks>
    [Function("AddTotp")]
    [Authorize]
    [Operation("Second factors")]
    [Body<TotpConfirmation>]
    [Answer<AddedFactorDocument>(200, "The recovery codes, and the tokens of a new session.")]
    [Failure(403, "NotAPerson")]
    [Failure(412, "ChangedMeanwhile")]
    public async Task<HttpResponseData> AddAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "me/totp")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var caller = await factors.FindUserAsync(request, cancellationToken);
        var body = await JsonBody.ReadAsync(request);
        var ticket = body.RequiredSecret("ticket", SignInTickets.MaxLength);
        var code = body.RequiredSecret("code", Factors.MaxCodeLength);
        body.ThrowIfInvalid();
        var now = time.GetUtcNow();
        var added = (await FindSecretAsync(ticket, caller, cancellationToken)) is { } secret ? Confirm(secret, code, now) : null;
        if (added is null)
        {
            body.AddError("code", "The code is not that of the secret. Check the clock of the device, and send a new code; after 15 minutes begin again.");
            body.ThrowIfInvalid();
        }

        var next = (caller.Factors with { Totp = added }).WithNewRecoveryCodes(out var codes);
        var tokens = await factors.ChangeAsync(request, caller, next, "totp added", AuthenticationEvent.PasswordAndCode, cancellationToken);
        return await request.JsonAsync(new AddedFactorDocument(codes, tokens), FactorJsonContext.Default.AddedFactorDocument);
    }

    /// <summary>Remove your authenticator app</summary>
    /// <remarks>With the last factor the recovery codes go too. Every session of the user ends, and a new one begins.</remarks>
    [Function("RemoveTotp")]
    [Authorize]
    [RequireRecentSignIn(OwnFactors.RecentMinutes)]
    [Operation("Second factors")]
    [Answer<TokenResponse>(200, "The tokens of a new session.", "Pragma: NoCache")]
    [Failure(403, "NotAPerson")]
    [Failure(412, "ChangedMeanwhile")]
    public async Task<HttpResponseData> RemoveAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "me/totp")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var user = await factors.FindUserAsync(request, cancellationToken);
        return await request.CreateTokenResponseAsync(await factors.ChangeAsync(request, user, user.Factors.WithoutTotp(), "totp removed", gained: [], cancellationToken), proof: null);
    }

    private async Task<string?> FindSecretAsync(string ticket, User caller, CancellationToken cancellationToken)
    {
        try
        {
            var (user, secret) = await tickets.OpenAsync(Purpose, ticket, cancellationToken);
            return user.Id == caller.Id ? secret : null;
        }
        catch (InvalidTicketException)
        {
            return null;
        }
    }

    // The code is used up: it can't sign in too.
    private static TotpFactor? Confirm(string secret, string code, DateTimeOffset now) =>
        new Factors(new TotpFactor(secret, LastStep: 0, now), []).Use(code, now)?.Totp;

    private static string Draw(string uri)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(uri, QRCodeGenerator.ECCLevel.M);
        using var code = new SvgQRCode(data);
        return code.GetGraphic(ModuleSize);
    }
}

/// <summary>A secret for an authenticator app.</summary>
/// <param name="Secret">The secret in base32, to type.</param>
/// <param name="Uri">The secret as <c>otpauth://</c>, to open in an app on the same device.</param>
/// <param name="QrCode">The same URI as a QR code (SVG), to scan. Show it as an image, with a description for those who can't see it.</param>
/// <param name="Ticket">For <c>PUT /me/totp</c>, valid for 15 minutes.</param>
/// <example>
/// {"secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "uri": "otpauth://totp/api.example.com:ada?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&amp;issuer=api.example.com",
/// "qrCode": "&lt;svg xmlns=\"http://www.w3.org/2000/svg\"&gt;&lt;/svg&gt;", "ticket": "q83vEjRWeJCrze8SNFZ4kA"}
/// </example>
internal sealed record NewTotpDocument(string Secret, string Uri, string QrCode, string Ticket)
{
    // A record prints its members; these must not get into a log.
    public override string ToString() => nameof(NewTotpDocument);
}

/// <summary>Shows that the app has the secret.</summary>
/// <param name="Ticket">The <c>ticket</c> of <c>POST /me/totp</c>.</param>
/// <param name="Code">Six digits of the app.</param>
/// <example>{"ticket": "q83vEjRWeJCrze8SNFZ4kA", "code": "492039"}</example>
internal sealed record TotpConfirmation(
    [property: StringLength(SignInTickets.MaxLength, MinimumLength = 1)] string Ticket,
    [property: StringLength(Factors.MaxCodeLength, MinimumLength = 1)] string Code);
