using System.Net;

namespace Gatehouse.Protection.Http;

/// <summary>Ends a request to an OAuth endpoint with an error of RFC 6749 §5.2.</summary>
/// <param name="error">A code that the RFC names, such as <c>invalid_grant</c>.</param>
/// <param name="description">What was wrong and what to do. Shown to the client: no secrets.</param>
/// <param name="status">400 for all but <c>invalid_client</c>.</param>
internal sealed class OAuthException(string error, string description, HttpStatusCode status = HttpStatusCode.BadRequest) : Exception(description)
{
    public const string InvalidRequest = "invalid_request";
    public const string InvalidClient = "invalid_client";
    public const string InvalidGrant = "invalid_grant";
    public const string InvalidScope = "invalid_scope";
    public const string UnauthorizedClient = "unauthorized_client";
    public const string UnsupportedGrantType = "unsupported_grant_type";
    public const string UnsupportedTokenType = "unsupported_token_type";

    /// <summary>RFC 9449 §5.</summary>
    public const string InvalidProof = "invalid_dpop_proof";

    /// <summary>RFC 9449 §8.</summary>
    public const string NonceRequired = "use_dpop_nonce";

    public string Error { get; } = error;

    public HttpStatusCode Status { get; } = status;

    /// <summary>The <c>WWW-Authenticate</c> header of a 401, or null.</summary>
    public string? Challenge { get; init; }

    /// <summary>The <c>DPoP-Nonce</c> header of <c>use_dpop_nonce</c> (RFC 9449 §8), or null.</summary>
    public string? ProofNonce { get; init; }
}
