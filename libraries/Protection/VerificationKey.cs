using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Protection;

/// <summary>A key of an issuer, with everything that a signature made with it is checked against.</summary>
/// <param name="issuer">Whose it is.</param>
/// <param name="kid">Its id.</param>
/// <param name="origin">What the issuer made it from, by which it knows the key again.</param>
/// <param name="parameters">Key, algorithms, issuer and audience.</param>
internal sealed class VerificationKey(ITokenIssuer issuer, string kid, object origin, TokenValidationParameters parameters)
{
    public ITokenIssuer Issuer { get; } = issuer;

    public string Kid { get; } = kid;

    public object Origin { get; } = origin;

    public TokenValidationParameters Parameters { get; } = parameters;

    /// <summary>Whether the key is for this algorithm (RFC 8725 §3.1). The token has no say in it.</summary>
    public bool Allows(string algorithm) => Parameters.ValidAlgorithms.Contains(algorithm, StringComparer.Ordinal);
}
