using Azure.Core;

namespace Gatehouse.Tests.Integration.KeyVault;

/// <summary>An identity that the tests' vault lets in.</summary>
internal sealed class VaultCredential : TokenCredential
{
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        new(KeyVaultServer.AccessToken, DateTimeOffset.MaxValue);

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        new(GetToken(requestContext, cancellationToken));
}
