using Gatehouse.Tokens;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection;

/// <summary>Writes the <c>WWW-Authenticate</c> header of a refusal (RFC 6750 §3).</summary>
internal sealed class Challenge(IOptions<TokensOptions> options)
{
    // Without tokens of its own this API may have no name for itself.
    private readonly string _realm = $"Bearer realm=\"{(options.Value.Audience.Length > 0 ? options.Value.Audience : "gatehouse")}\"";

    /// <summary>RFC 6750 §3.1: no error code when no token was sent.</summary>
    public string TokenRequired => _realm;

    public string InvalidRequest(string description) => $"{_realm}, error=\"invalid_request\", error_description=\"{description}\"";

    public string InvalidToken(TokenRejection rejection) => $"{_realm}, error=\"invalid_token\", error_description=\"{rejection.Description}\"";

    public string InsufficientScope(string scopes) => $"{_realm}, error=\"insufficient_scope\", scope=\"{scopes}\"";
}
