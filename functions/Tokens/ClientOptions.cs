namespace Gatehouse.Tokens;

/// <summary>One client in configuration section <c>Clients</c> (<c>Clients:0</c>, <c>Clients:1</c>, …).</summary>
internal sealed class ClientOptions
{
    /// <summary>The <c>client_id</c>: 1 to 128 visible ASCII characters without colon and quote. Required.</summary>
    public string Id { get; set; } = "";

    /// <summary>The scopes it may get, separated by spaces; <c>*</c> stands for all. Required.</summary>
    public string Scopes { get; set; } = "";

    /// <summary>
    /// The secret in Key Vault (or the key folder) that holds the client's secret. Every enabled version of it is
    /// accepted, so a secret is changed without downtime: add a version, move the client over, disable the old one. Needed without Jwks and JwksUri. Defaults to none.
    /// </summary>
    public string SecretName { get; set; } = "";

    /// <summary>
    /// The client's public keys as a JWK set (RFC 7517 §5), for a client that signs assertions instead of sending a secret
    /// (<c>private_key_jwt</c>, RFC 7523). Defaults to none.
    /// </summary>
    public string Jwks { get; set; } = "";

    /// <summary>Where the client publishes its JWK set: an https URL (http only on loopback). Defaults to none.</summary>
    public Uri? JwksUri { get; set; }

    /// <summary>
    /// Whether it gets tokens only when it sends a DPoP proof, so that all its tokens are bound to a key (RFC 9449 §5.2,
    /// <c>dpop_bound_access_tokens</c>). Defaults to false: they are bound when it sends one.
    /// </summary>
    public bool RequireDPoP { get; set; }
}
