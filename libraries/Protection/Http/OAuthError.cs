using System.Net;
using System.Text.Json.Serialization;

namespace Gatehouse.Protection.Http;

/// <summary>An error code of an OAuth endpoint with the status that the answer carries (RFC 6749 §5.2).</summary>
/// <param name="Code">The <c>error</c> member.</param>
/// <param name="Status">400 unless the RFC names another one.</param>
internal sealed record OAuthError(string Code, HttpStatusCode Status = HttpStatusCode.BadRequest)
{
    public static readonly OAuthError InvalidRequest = new("invalid_request");
    public static readonly OAuthError InvalidClient = new("invalid_client", HttpStatusCode.Unauthorized);
    public static readonly OAuthError InvalidGrant = new("invalid_grant");
    public static readonly OAuthError InvalidScope = new("invalid_scope");
    public static readonly OAuthError UnauthorizedClient = new("unauthorized_client", HttpStatusCode.Forbidden);
    public static readonly OAuthError UnsupportedGrantType = new("unsupported_grant_type");

    /// <summary>RFC 8707 §2.</summary>
    public static readonly OAuthError InvalidTarget = new("invalid_target");

    /// <summary>RFC 7009 §2.2.1.</summary>
    public static readonly OAuthError UnsupportedTokenType = new("unsupported_token_type");

    /// <summary>RFC 9449 §5.</summary>
    public static readonly OAuthError InvalidProof = new("invalid_dpop_proof");

    /// <summary>RFC 9449 §8.</summary>
    public static readonly OAuthError NonceRequired = new("use_dpop_nonce");

    /// <summary>RFC 6749 §4.1.2.1: §5.2 has no code for a failure that passes with time.</summary>
    public static readonly OAuthError TemporarilyUnavailable = new("temporarily_unavailable", HttpStatusCode.ServiceUnavailable);

    /// <summary>RFC 6749 §4.1.2.1: §5.2 has no code for a fault of the server.</summary>
    public static readonly OAuthError ServerError = new("server_error", HttpStatusCode.InternalServerError);

    /// <summary>The error for a problem without an OAuth code, with the problem's own status.</summary>
    public static OAuthError Of(HttpStatusCode status) => status switch
    {
        HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests => TemporarilyUnavailable with { Status = status },
        HttpStatusCode.InternalServerError => ServerError,
        _ => InvalidRequest with { Status = status },
    };
}

/// <summary>
/// Marks an OAuth endpoint: its failures are answered as <c>{error, error_description}</c> (RFC 6749 §5.2), not as
/// problem documents.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OAuthEndpointAttribute : Attribute;

/// <summary>RFC 6749 §5.2.</summary>
/// <param name="Error">The kind of failure.</param>
/// <param name="ErrorDescription">The fault and the remedy.</param>
internal sealed record OAuthErrorDocument(
    [property: JsonPropertyName("error")] string Error,
    [property: JsonPropertyName("error_description")] string ErrorDescription);
