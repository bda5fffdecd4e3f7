using System.Net;

namespace Gatehouse.Protection.Http;

/// <summary>
/// A kind of failure, as <c>type</c>, <c>title</c> and <c>status</c> of a problem document (RFC 9457 §3.1). The
/// names are part of the API: clients branch on them.
/// </summary>
/// <param name="Name">The end of the <c>type</c> URN.</param>
/// <param name="Status">The status that the answer carries.</param>
/// <param name="Title">A short sentence, the same every time; particulars go into <c>detail</c>.</param>
internal sealed record ProblemType(string Name, HttpStatusCode Status, string Title)
{
    public static readonly ProblemType MalformedRequest = new("malformed-request", HttpStatusCode.BadRequest, "The request can't be read.");
    public static readonly ProblemType InvalidRequest = new("invalid-request", HttpStatusCode.BadRequest, "The request holds invalid values.");
    public static readonly ProblemType AuthenticationRequired = new("authentication-required", HttpStatusCode.Unauthorized, "An access token is required.");
    public static readonly ProblemType InvalidToken = new("invalid-token", HttpStatusCode.Unauthorized, "The access token is not accepted.");
    public static readonly ProblemType InvalidProof = new("invalid-dpop-proof", HttpStatusCode.Unauthorized, "The DPoP proof is not accepted.");
    public static readonly ProblemType NonceRequired = new("use-dpop-nonce", HttpStatusCode.Unauthorized, "The DPoP proof needs a nonce.");
    public static readonly ProblemType InsufficientSignIn = new("insufficient-user-authentication", HttpStatusCode.Unauthorized, "The sign-in does not suffice for this.");
    public static readonly ProblemType InvalidCredentials = new("invalid-credentials", HttpStatusCode.Unauthorized, "User name or password is wrong.");
    public static readonly ProblemType SecondFactorRequired = new("second-factor-required", HttpStatusCode.Unauthorized, "The sign-in needs a second factor.");
    public static readonly ProblemType InvalidCode = new("invalid-code", HttpStatusCode.Unauthorized, "The code is not accepted.");
    public static readonly ProblemType InvalidPasskey = new("invalid-passkey", HttpStatusCode.Unauthorized, "The passkey is not accepted.");
    public static readonly ProblemType InvalidTicket = new("invalid-ticket", HttpStatusCode.Unauthorized, "The ticket is not accepted.");
    public static readonly ProblemType AccessDenied = new("access-denied", HttpStatusCode.Forbidden, "The access token does not allow this.");
    public static readonly ProblemType NotFound = new("not-found", HttpStatusCode.NotFound, "The resource does not exist.");
    public static readonly ProblemType MethodNotAllowed = new("method-not-allowed", HttpStatusCode.MethodNotAllowed, "The resource does not support this method.");
    public static readonly ProblemType Conflict = new("conflict", HttpStatusCode.Conflict, "The request conflicts with the current state.");
    public static readonly ProblemType LengthRequired = new("length-required", HttpStatusCode.LengthRequired, "The request needs Content-Length.");
    public static readonly ProblemType PreconditionFailed = new("precondition-failed", HttpStatusCode.PreconditionFailed, "The resource has changed since it was read.");
    public static readonly ProblemType BodyTooLarge = new("body-too-large", HttpStatusCode.RequestEntityTooLarge, "The body is too large.");
    public static readonly ProblemType UnsupportedMediaType = new("unsupported-media-type", HttpStatusCode.UnsupportedMediaType, "The media type of the body is not supported.");
    public static readonly ProblemType PreconditionRequired = new("precondition-required", HttpStatusCode.PreconditionRequired, "This request needs If-Match.");
    public static readonly ProblemType TooManyRequests = new("too-many-requests", HttpStatusCode.TooManyRequests, "Too many requests were sent.");
    public static readonly ProblemType InternalError = new("internal-error", HttpStatusCode.InternalServerError, "Something went wrong on our side.");
    public static readonly ProblemType Unavailable = new("unavailable", HttpStatusCode.ServiceUnavailable, "The service can't answer right now.");

    /// <summary>The <c>type</c> member.</summary>
    public string Uri { get; } = "urn:gatehouse:problem:" + Name;
}
