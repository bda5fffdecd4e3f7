namespace Gatehouse.Protection;

/// <summary>Why a token is not accepted.</summary>
/// <param name="Reason">A stable word for logs and metrics.</param>
/// <param name="Description">The <c>error_description</c> (RFC 6750 §3): printable ASCII without <c>"</c> and <c>\</c>, and nothing of the token in it.</param>
internal sealed record TokenRejection(string Reason, string Description)
{
    public static readonly TokenRejection Malformed = new("malformed", "The access token is not a signed JSON Web Token");
    public static readonly TokenRejection DuplicateMember = new("duplicate_member", "The access token holds a member twice");
    public static readonly TokenRejection WrongType = new("wrong_type", "The token is not an access token: its typ is not at+jwt");
    public static readonly TokenRejection WrongTypeOfIssuer = new("wrong_type", "The token is not an access token: its typ is not among those that are accepted from its issuer (TokenTypes)");
    public static readonly TokenRejection IdToken = new("id_token", "The token is an ID token or another token for a client, not an access token");
    public static readonly TokenRejection CriticalHeader = new("critical_header", "The access token asks for an extension (crit) that is not supported");
    public static readonly TokenRejection NoKeyId = new("no_key_id", "The access token names no key (kid)");
    public static readonly TokenRejection UnknownKey = new("unknown_key", "The access token is signed with an unknown key");
    public static readonly TokenRejection WrongAlgorithm = new("wrong_algorithm", "The access token is signed with another algorithm than that of its key");
    public static readonly TokenRejection BadSignature = new("bad_signature", "The signature of the access token is wrong");
    public static readonly TokenRejection WrongIssuer = new("wrong_issuer", "The access token comes from another issuer");
    public static readonly TokenRejection WrongAudience = new("wrong_audience", "The access token is for another audience");
    public static readonly TokenRejection InvalidClaims = new("invalid_claims", "The access token lacks a claim, or a claim has the wrong type");
    public static readonly TokenRejection LivesTooLong = new("lives_too_long", "The access token lives longer than this API accepts from its issuer (MaxLifetime)");
    public static readonly TokenRejection Expired = new("expired", "The access token has expired");
    public static readonly TokenRejection Revoked = new("revoked", "The access token was revoked");
    public static readonly TokenRejection Bound = new("bound", "The access token is bound to a key: send it after the word DPoP, with a proof");
    public static readonly TokenRejection NotBound = new("not_bound", "The access token is not bound to a key: send it after the word Bearer");
    public static readonly TokenRejection BindingRequired = new("binding_required", "Only an access token that is bound to a key (DPoP) is accepted here");
    public static readonly TokenRejection NotYetValid = new("not_yet_valid", "The access token is not valid yet");

    /// <param name="limit">The longest accepted token, in characters.</param>
    public static TokenRejection TooLong(int limit) => new("too_long", FormattableString.Invariant($"The access token is longer than {limit} characters"));
}
