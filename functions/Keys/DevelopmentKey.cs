using System.Security.Cryptography;
using Gatehouse.Protection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Keys;

/// <summary>Makes a first signing key where secrets are files and there is none yet: in Development only, so that the first start just works.</summary>
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
