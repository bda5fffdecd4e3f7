using Gatehouse.Access;
using Gatehouse.Protection;
using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>Configuration section <c>Clients</c>: the clients that get tokens on their own behalf.</summary>
internal sealed class ClientsOptions
{
    public const string Section = "Clients";

    /// <summary>The clients, each under a number or a name, such as <c>Clients:0</c>. Defaults to none.</summary>
    public IList<ClientOptions> Clients { get; } = [];
}

/// <summary>One client in configuration section <c>Clients</c> (<c>Clients:0</c>, <c>Clients:1</c>, …).</summary>
internal sealed class ClientOptions
{
    /// <summary>The <c>client_id</c>: 1 to 128 visible ASCII characters without colon and quote. Required.</summary>
    public string Id { get; set; } = "";

    /// <summary>The scopes that the client may get, separated by spaces; <c>*</c> stands for all. Required.</summary>
    public string Scopes { get; set; } = "";

    /// <summary>
    /// The name of the secret in Key Vault (or in the key folder) that holds the client's secret: at least 12
    /// characters, better 32 random ones. Every enabled version is accepted, so a secret can be changed without
    /// downtime: add a version, switch the client over, disable the old version. Required without Jwks,
    /// JwksUri and Federated. Defaults to none.
    /// </summary>
    public string SecretName { get; set; } = "";

    /// <summary>
    /// The client's public keys as a JWK set (RFC 7517 §5), for a client that signs assertions instead of sending a secret
    /// (<c>private_key_jwt</c>, RFC 7523). Defaults to none.
    /// </summary>
    public string Jwks { get; set; } = "";

    /// <summary>The URL of the client's JWK set: https (http only on loopback). Defaults to none.</summary>
    public Uri? JwksUri { get; set; }

    /// <summary>
    /// The client's identity at another issuer, for a workload that has a token of its platform instead of a secret: GitHub
    /// Actions, Kubernetes, a managed identity of Azure, a service account of Google. Defaults to none.
    /// </summary>
    public FederatedOptions? Federated { get; set; }

    /// <summary>How long the client's access tokens are valid, 1 minute to Tokens:MaxAccessTokenLifetime. Defaults to Tokens:AccessTokenLifetime.</summary>
    public TimeSpan? AccessTokenLifetime { get; set; }

    /// <summary>
    /// Whether the client gets tokens only with a DPoP proof, so that all its tokens are bound to a key (RFC 9449
    /// §5.2, <c>dpop_bound_access_tokens</c>). Defaults to false: a token is bound if the client sends a proof.
    /// </summary>
    public bool RequireDPoP { get; set; }
}

/// <summary>Stops the start when a client lacks a setting or has an invalid one.</summary>
internal sealed class ClientsOptionsValidator(IOptions<TokensOptions> tokens) : IValidateOptions<ClientsOptions>
{
    public ValidateOptionsResult Validate(string? name, ClientsOptions options)
    {
        var faults = new SettingFaults(ClientsOptions.Section);
        var longest = FindLongestLifetime();
        foreach (var (i, client) in options.Clients.Index())
        {
            var isId = client.Id.Length is > 0 and <= 128 && client.Id.All(static character => character is >= '!' and <= '~' and not ':' and not '"' and not '\\');
            faults.Require(isId, $"{i}:Id", "must be 1 to 128 visible ASCII characters without colon, quote and backslash.");
            faults.Require(
                !isId || (client.Id != Sessions.FirstPartyClientId && !options.Clients.Take(i).Any(other => other.Id == client.Id)),
                $"{i}:Id",
                $"is '{client.Id}', which another client has. Choose another id.");
            var scopes = client.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            faults.Require(
                scopes.Length > 0 && scopes.All(ScopeSet.IsScopeToken),
                $"{i}:Scopes",
                $"must be scopes separated by spaces, such as '{Scopes.ProductsRead}'.");
            faults.Require(
                new[] { client.SecretName.Length > 0, client.Jwks.Length > 0, client.JwksUri is not null, client.Federated is not null }.Count(static isSet => isSet) == 1,
                $"{i}",
                "must have exactly one of SecretName, Jwks, JwksUri and Federated, by which the client authenticates.");
            if (client.SecretName.Length > 0)
            {
                faults.RequireSecretName($"{i}:SecretName", client.SecretName);
            }

            faults.Require(client.JwksUri is not { } url || SafeAddress.IsSafe(url), $"{i}:JwksUri", "must be an absolute https URL (http only on loopback).");
            if (client.Jwks.Length > 0 && FindFault(client.Jwks) is { } fault)
            {
                faults.Require(false, $"{i}:Jwks", $"must be a JWK set with public keys. {fault}");
            }

            if (client.AccessTokenLifetime is { } lifetime)
            {
                faults.RequireRange($"{i}:{nameof(client.AccessTokenLifetime)}", lifetime, TokensOptions.ShortestLifetime, longest);
            }

            foreach (var (setting, must) in client.Federated?.FindFaults() ?? [])
            {
                faults.Require(false, $"{i}:{nameof(client.Federated)}:{setting}", must);
            }
        }

        return faults.ToResult();
    }

    // Faulty settings of tokens are reported as theirs.
    private TimeSpan FindLongestLifetime()
    {
        try
        {
            return tokens.Value.FindLongestLifetime();
        }
        catch (OptionsValidationException)
        {
            return TimeSpan.MaxValue;
        }
    }

    private static string? FindFault(string jwks)
    {
        try
        {
            _ = ClientKeySet.Parse(jwks);
            return null;
        }
        catch (InvalidKeyException exception)
        {
            return exception.Message;
        }
    }
}
