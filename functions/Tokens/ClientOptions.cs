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
    /// accepted, so a secret is changed without downtime: add a version, move the client over, disable the old one. Required.
    /// </summary>
    public string SecretName { get; set; } = "";
}
