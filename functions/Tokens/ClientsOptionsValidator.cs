using Gatehouse.Access;
using Gatehouse.Protection;
using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>Stops the start when a client is not wholly described, naming the setting.</summary>
internal sealed class ClientsOptionsValidator : IValidateOptions<ClientsOptions>
{
    public ValidateOptionsResult Validate(string? name, ClientsOptions options)
    {
        var failures = new List<string>();
        for (var i = 0; i < options.Clients.Count; i++)
        {
            var client = options.Clients[i];
            if (client.Id.Length is 0 or > 128 || client.Id.Any(static character => character is < '!' or > '~' or ':' or '"' or '\\'))
            {
                failures.Add($"Clients:{i}:Id must be 1 to 128 visible ASCII characters without colon, quote and backslash.");
            }
            else if (client.Id == Sessions.FirstPartyClientId || options.Clients.Take(i).Any(other => other.Id == client.Id))
            {
                failures.Add($"Clients:{i}:Id is '{client.Id}', which another client has. Choose another id.");
            }

            var scopes = client.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (scopes.Length == 0 || !scopes.All(ScopeSet.IsScopeToken))
            {
                failures.Add($"Clients:{i}:Scopes must be scopes separated by spaces, such as '{Scopes.ProductsRead}'.");
            }

            if (new[] { client.SecretName.Length > 0, client.Jwks.Length > 0, client.JwksUri is not null }.Count(static isSet => isSet) != 1)
            {
                failures.Add($"Clients:{i} must have exactly one of SecretName, Jwks and JwksUri: the one way in which the client proves who it is.");
            }

            if (client.SecretName.Length > 127 || !client.SecretName.All(static character => char.IsAsciiLetterOrDigit(character) || character == '-'))
            {
                failures.Add($"Clients:{i}:SecretName must be the name of a Key Vault secret: 1 to 127 letters, digits and dashes.");
            }

            if (client.JwksUri is { } url && !SafeAddress.IsSafe(url))
            {
                failures.Add($"Clients:{i}:JwksUri must be an absolute https URL (http only on loopback).");
            }

            if (client.Jwks.Length > 0 && FindFault(client.Jwks) is { } fault)
            {
                failures.Add($"Clients:{i}:Jwks must be a JWK set with public keys. {fault}");
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
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
