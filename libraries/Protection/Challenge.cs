using Gatehouse.Protection.DPoP;
using Gatehouse.Protection.Http;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection;

/// <summary>
/// Writes the <c>WWW-Authenticate</c> header of a refusal (RFC 6750 §3, RFC 9449 §7.1). It names DPoP alone where only bound
/// tokens are accepted, beside Bearer where settings ask for proofs or the request uses DPoP, and nowhere else.
/// </summary>
internal sealed class Challenge(IOptions<ProtectionOptions> options, DPoPRequirements requirements)
{
    private readonly string _bearer = $"Bearer realm=\"{options.Value.Realm}\"";
    private readonly string _bound = $"DPoP realm=\"{options.Value.Realm}\"";
    private readonly string _algorithms = $", algs=\"{string.Join(' ', PeerKey.Algorithms)}\"";

    /// <summary>
    /// RFC 6750 §3.1: no error code when no token was sent. Both schemes share one header, because the Functions host
    /// would join two.
    /// </summary>
    public string TokenRequired(HttpExchange exchange)
    {
        if (requirements.IsRequiredAt(exchange.Context.FunctionDefinition.Name))
        {
            return _bound + _algorithms;
        }

        return requirements.Any || exchange.UsesProofs() ? $"{_bearer}, {_bound}{_algorithms}" : _bearer;
    }

    public string InvalidRequest(string description) => $"{_bearer}, error=\"invalid_request\", error_description=\"{description}\"";

    /// <param name="rejection">The fault of the token.</param>
    /// <param name="isBound">Whether the token came with the scheme of bound tokens, or should have.</param>
    public string InvalidToken(TokenRejection rejection, bool isBound) =>
        Write(isBound, $", error=\"invalid_token\", error_description=\"{rejection.Description}\"");

    /// <param name="scopes">The required scopes.</param>
    /// <param name="isBound">Whether the token came with the scheme of bound tokens.</param>
    public string InsufficientScope(string scopes, bool isBound) => Write(isBound, $", error=\"insufficient_scope\", scope=\"{scopes}\"");

    /// <summary>The answer to a refused proof.</summary>
    /// <param name="rejection">The fault of the proof.</param>
    /// <param name="nonce">The nonce for the next proof; null when the refusal has another reason.</param>
    public Problem Describe(ProofRejection rejection, string? nonce)
    {
        var error = rejection == ProofRejection.NonceNeeded ? OAuthError.NonceRequired : OAuthError.InvalidProof;
        var problem = new Problem(nonce is null ? ProblemType.InvalidProof : ProblemType.NonceRequired, rejection.Description + ".") { OAuth = error }
            .With("WWW-Authenticate", Write(isBound: true, $", error=\"{error.Code}\", error_description=\"{rejection.Description}\""));
        return nonce is null ? problem : problem.With(ProofHeaders.Nonce, nonce);
    }

    private string Write(bool isBound, string details) => isBound ? $"{_bound}{details}{_algorithms}" : _bearer + details;
}

/// <summary>Maps the refusal of a proof to its answer.</summary>
internal sealed class ProofProblems(Challenge challenge) : IProblemMapper
{
    public Problem? Find(Exception exception) =>
        exception is ProofRefusedException refused ? challenge.Describe(refused.Rejection, refused.Nonce) : null;
}
