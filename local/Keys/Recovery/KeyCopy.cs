using Gatehouse.Keys;

namespace Gatehouse.KeyTool.Recovery;

/// <summary>
/// Keeps the keys of a standby in step: adds those that the target lacks, and disables those that the source does not use. Both
/// then publish and sign with the same keys at the same times.
/// </summary>
/// <param name="source">The keys in use.</param>
/// <param name="target">The keys of the standby.</param>
/// <param name="settings">Settings of the app.</param>
/// <param name="time">The clock.</param>
/// <param name="output">For the result.</param>
internal sealed class KeyCopy(IKeyStore source, IKeyStore target, KeySettings settings, TimeProvider time, KeyOutput output)
{
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var from = await KeyInventory.ReadAsync(source, settings, now, cancellationToken);
        if (from.Active is null)
        {
            throw new KeyToolException($"{source.Description} has no key that signs, so a copy would leave {target.Description} without one. Are the two the right way round?");
        }

        var there = await KeyInventory.ReadAsync(target, settings, now, cancellationToken);
        var known = there.Usable.Select(static usable => usable.Key.Kid).ToHashSet(StringComparer.Ordinal);
        foreach (var (version, key) in from.Usable.OrderBy(static usable => usable.Version.CreatedOn).Where(usable => !known.Contains(usable.Key.Kid)).Select(static usable => (usable.Version, usable.Key)))
        {
            await AddAsync(version, key, from.Schedule.FindStart(key.Kid) ?? version.CreatedOn, cancellationToken);
            await output.SayAsync($"Copied {key.Algorithm} {key.Kid}.");
        }

        // After the additions, so that the standby can always sign.
        var wanted = from.Usable.Select(static usable => usable.Key.Kid).ToHashSet(StringComparer.Ordinal);
        foreach (var usable in there.Usable.Where(usable => !wanted.Contains(usable.Key.Kid)))
        {
            await target.DisableAsync(usable.Version.Version, cancellationToken);
            await output.SayAsync($"Disabled {usable.Key.Kid}.");
        }

        await output.WriteAsync((await KeyInventory.ReadAsync(target, settings, now, cancellationToken)).Describe());
        return ExitCode.Ok;
    }

    private async Task AddAsync(SecretVersion version, SigningKey key, DateTimeOffset start, CancellationToken cancellationToken)
    {
        var value = await source.GetValueAsync(version.Version, cancellationToken)
            ?? throw new KeyToolException($"The version {version.Version} was disabled meanwhile. Run the copy again.");
        await target.AddAsync(
            new NewVersion
            {
                Value = value,
                ContentType = value.StartsWith('{') ? "application/jwk+json" : "application/x-pem-file",
                NotBefore = start,
                ExpiresOn = version.ExpiresOn ?? DateTimeOffset.MaxValue,
                Tags = new Dictionary<string, string>
                {
                    [VersionTags.Kid] = key.Kid,
                    [VersionTags.Algorithm] = key.Algorithm,
                    [VersionTags.MadeBy] = "gatehouse-keys",
                },
            },
            cancellationToken);
    }
}
