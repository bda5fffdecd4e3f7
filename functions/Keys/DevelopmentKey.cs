using System.Security.Cryptography;
using Gatehouse.Protection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Keys;

/// <summary>
/// Creates the first signing key if secrets are files and there is no key yet. Development only, so that the first
/// start works without set-up.
/// </summary>
internal sealed class DevelopmentKey(FileSecretSource source, IOptions<KeysOptions> options, ILogger<DevelopmentKey> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var name = options.Value.SecretName;
        if ((await source.ListVersionsAsync(name, cancellationToken)).Count > 0)
        {
            return;
        }

        using var rsa = RSA.Create(PeerKey.MinRsaBits);
        var version = await source.AddVersionAsync(name, rsa.ExportPkcs8PrivateKeyPem(), "application/x-pem-file", cancellationToken);
        logger.DevelopmentKeyMade(version, name, options.Value.Folder);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
