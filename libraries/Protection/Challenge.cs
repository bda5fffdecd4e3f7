using System.Globalization;
using Gatehouse.Protection.DPoP;
using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection;

/// <summary>
/// Writes the <c>WWW-Authenticate</c> header of a refusal (RFC 6750 §3, RFC 9449 §7.1). It names DPoP alone where only bound
/// tokens are accepted, beside Bearer where settings ask for proofs or the request uses DPoP, and nowhere else. It names the
/// metadata of the resource (RFC 9728 §5.1) if a function serves them.
/// </summary>
internal sealed class Challenge(IOptions<ProtectionOptions> options, DPoPRequirements requirements, ProtectedResource resource)
{
    private readonly string _bearer = $"Bearer realm=\"{options.Value.Realm}\"";
    private readonly string _bound = $"DPoP realm=\"{options.Value.Realm}\"";
    private readonly string _algorithms = $", algs=\"{string.Join(' ', PeerKey.Algorithms)}\"";

    /// <summary>
    /// RFC 6750 §3.1: no error code when no token was sent. Both schemes share one header, because the Functions host
    /// would join two.
    /// </summary>
    public string TokenRequired(FunctionContext context)
    {
        if (requirements.IsRequiredAt(context.FunctionDefinition.Name))
        {
            return Write(context, isBound: true, details: "");
        }

        var bearer = Write(context, isBound: false, details: "");
        return requirements.Any || context.Features.Get<HttpExchange>()!.UsesProofs() ? $"{bearer}, {Write(context, isBound: true, details: "")}" : bearer;
    }

    /// <summary>The challenge where the function is not known: RFC 9110 §15.5.2 wants one with every 401.</summary>
    public string Bearer => _bearer;

    public string InvalidRequest(string description) => $"{_bearer}, error=\"invalid_request\", error_description=\"{description}\"";

    /// <param name="context">The invocation.</param>
    /// <param name="rejection">The fault of the token.</param>
    /// <param name="isBound">Whether the token came with the scheme of bound tokens, or should have.</param>
    public string InvalidToken(FunctionContext context, TokenRejection rejection, bool isBound) =>
        Write(context, isBound || requirements.IsRequiredAt(context.FunctionDefinition.Name), $", error=\"invalid_token\", error_description=\"{rejection.Description}\"");

    /// <param name="context">The invocation.</param>
    /// <param name="scopes">The required scopes.</param>
    /// <param name="isBound">Whether the token came with the scheme of bound tokens.</param>
    public string InsufficientScope(FunctionContext context, string scopes, bool isBound) =>
        Write(context, isBound, $", error=\"insufficient_scope\", scope=\"{scopes}\"");

    /// <summary>RFC 9470 §3: the token is valid, but the sign-in behind it does not suffice.</summary>
    /// <param name="context">The invocation.</param>
    /// <param name="description">The fault of the sign-in.</param>
    /// <param name="contexts">The accepted values of <c>acr</c>; empty for any.</param>
    /// <param name="maxAge">The oldest accepted sign-in; null for any.</param>
    /// <param name="isBound">Whether the token came with the scheme of bound tokens.</param>
    public string InsufficientSignIn(FunctionContext context, string description, IReadOnlyCollection<string> contexts, TimeSpan? maxAge, bool isBound)
    {
        var details = $", error=\"insufficient_user_authentication\", error_description=\"{description}\"";
        details += contexts.Count == 0 ? "" : $", acr_values=\"{string.Join(' ', contexts)}\"";
        details += maxAge is { } age ? string.Create(CultureInfo.InvariantCulture, $", max_age=\"{age.TotalSeconds:0}\"") : "";
        return Write(context, isBound, details);
    }

    /// <summary>The answer to a refused proof.</summary>
    /// <param name="rejection">The fault of the proof.</param>
    /// <param name="nonce">The nonce for the next proof; null when the refusal has another reason.</param>
    /// <param name="context">The invocation; null when it is unknown. The metadata are named then only if a setting holds the URL of the app.</param>
    public Problem Describe(ProofRejection rejection, string? nonce, FunctionContext? context = null)
    {
        var error = rejection == ProofRejection.NonceNeeded ? OAuthError.NonceRequired : OAuthError.InvalidProof;
        var problem = new Problem(nonce is null ? ProblemType.InvalidProof : ProblemType.NonceRequired, rejection.Description + ".") { OAuth = error }
            .With("WWW-Authenticate", Write(context, isBound: true, $", error=\"{error.Code}\", error_description=\"{rejection.Description}\""));
        return nonce is null ? problem : problem.With(ProofHeaders.Nonce, nonce);
    }

    private string Write(FunctionContext? context, bool isBound, string details)
    {
        var challenge = isBound ? $"{_bound}{details}{_algorithms}" : _bearer + details;
        return resource.FindMetadata(context?.Features.Get<HttpExchange>()?.Url) is { } url ? $"{challenge}, resource_metadata=\"{url}\"" : challenge;
    }
}

/// <summary>Maps the refusal of a proof to its answer.</summary>
internal sealed class ProofProblems(Challenge challenge) : IProblemMapper
{
    public Problem? Find(Exception exception) =>
        exception is ProofRefusedException refused ? challenge.Describe(refused.Rejection, refused.Nonce) : null;
}
