using System.Globalization;
using Gatehouse.Keys;

namespace Gatehouse.KeyTool;

/// <summary>What the verbs do.</summary>
internal sealed class KeyActions(IKeyStore store, KeySettings settings, TimeProvider time, KeyOutput output)
{
    // Azure tells of an expiry 30 days before it; a shorter life would begin with the warning.
    private static readonly TimeSpan NearExpiry = TimeSpan.FromDays(30);

    // A version counts from its making, by the store's clock, at the earliest. A date of this machine's clock could be ahead
    // of it, and nobody would sign until then.
    private static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(5);

    public async Task<int> ListAsync(CancellationToken cancellationToken)
    {
        var inventory = await ReadAsync(cancellationToken);
        await WarnAsync(inventory);
        await output.WriteAsync(inventory.Describe());
        return ExitCode.Ok;
    }

    public async Task<int> NewAsync(string? type, TimeSpan expiresIn, bool ifMissing, CancellationToken cancellationToken)
    {
        var inventory = await ReadAsync(cancellationToken);
        if (ifMissing && inventory.Active is { } active)
        {
            await output.SayAsync($"{store.Description} has a key that signs: {active.Kid}. Nothing to do.");
            await output.WriteAsync(inventory.Describe());
            return ExitCode.Ok;
        }

        await AddAsync(inventory, KeyType.Create(type ?? KeyType.Of(inventory.Active)), expiresIn, isAtOnce: false, cancellationToken);
        return await ShowAsync(cancellationToken);
    }

    public async Task<int> RotateAsync(string? type, TimeSpan expiresIn, bool isEmergency, CancellationToken cancellationToken)
    {
        var inventory = await ReadAsync(cancellationToken);
        if (inventory.Usable.IsEmpty)
        {
            throw new KeyToolException($"{store.Description} has no key to follow. Make the first one with: new");
        }

        await AddAsync(inventory, KeyType.Create(type ?? KeyType.Of(inventory.Active)), expiresIn, isEmergency, cancellationToken);
        if (!isEmergency)
        {
            return await ShowAsync(cancellationToken);
        }

        // The new one is there first: an app that reads meanwhile has a key at any time.
        var isDone = true;
        foreach (var old in inventory.Stored.Where(static stored => stored.Version.Enabled))
        {
            isDone &= await TryDisableAsync(old, cancellationToken);
        }

        if (!isDone)
        {
            await ShowAsync(cancellationToken);
            return ExitCode.Failed;
        }

        await output.SayAsync(
            "Every access token that the old keys have signed is refused as soon as an instance reads the keys: at once where it meets a token of the new key, within 15 minutes everywhere. "
            + "Restart the app to have it at once. Refresh tokens go on; people need not sign in again.");
        return await ShowAsync(cancellationToken);
    }

    public async Task<int> RetireAsync(string which, bool isForced, CancellationToken cancellationToken)
    {
        var inventory = await ReadAsync(cancellationToken);
        var chosen = inventory.Describe().Where(row => row.Kid == which || row.Version == which).ToArray();
        if (chosen.Length == 0)
        {
            throw new KeyToolException($"{store.Description} has no key or version {which}. See: list");
        }

        var versions = chosen.Select(static row => row.Version).ToHashSet(StringComparer.Ordinal);
        if (!isForced && inventory.Active is not null && inventory.FindActiveAmong(inventory.Usable.Where(usable => !versions.Contains(usable.Version.Version))) is null)
        {
            throw new KeyToolException("No key would be left that signs, and nobody could get a token. Make another first: rotate --emergency does both. --force does it all the same.");
        }

        foreach (var version in versions)
        {
            await store.DisableAsync(version, cancellationToken);
        }

        await output.SayAsync($"Disabled {which}. Its tokens are refused when an instance reads the keys next: within 15 minutes.");
        return await ListAsync(cancellationToken);
    }

    public async Task<int> ImportAsync(string text, TimeSpan expiresIn, CancellationToken cancellationToken)
    {
        if (!SigningKeyParser.TryParse(text, out var key, out var reason))
        {
            throw new KeyToolException($"That key can't be taken. {reason}");
        }

        var inventory = await ReadAsync(cancellationToken);
        if (inventory.Usable.Any(usable => usable.Key.Kid == key.Kid))
        {
            throw new KeyToolException($"{store.Description} has that key already: {key.Kid}.");
        }

        await AddAsync(inventory, text.Trim(), expiresIn, isAtOnce: false, cancellationToken);
        return await ShowAsync(cancellationToken);
    }

    public async Task<int> VerifyAsync(string url, CancellationToken cancellationToken)
    {
        var inventory = await ReadAsync(cancellationToken);
        var comparison = await PublishedKeys.CompareAsync(url, inventory.FindPublished(), cancellationToken);
        await output.WriteAsync(comparison);
        return comparison.Agrees ? ExitCode.Ok : ExitCode.Disagreement;
    }

    private async Task AddAsync(KeyInventory inventory, string value, TimeSpan expiresIn, bool isAtOnce, CancellationToken cancellationToken)
    {
        if (!SigningKeyParser.TryParse(value, out var key, out var reason))
        {
            throw new KeyToolException($"That key can't be taken. {reason}");
        }

        // Where nobody signs there is nothing that could sign while the new key is announced.
        var now = time.GetUtcNow();
        isAtOnce |= inventory.Active is null;
        var start = isAtOnce ? now : now + settings.AnnounceFor;
        if (!isAtOnce && inventory.SignsUntil is { } last && last < start)
        {
            start = last;
            await output.SayAsync(string.Create(CultureInfo.InvariantCulture, $"The key that signs now ends at {last.UtcDateTime:yyyy-MM-dd HH:mm}Z, so the new one is announced for less than {settings.AnnounceFor}."));
        }

        var end = now + expiresIn;
        if (end <= start + settings.AnnounceFor)
        {
            throw new KeyToolException(string.Create(CultureInfo.InvariantCulture, $"--expires-in {expiresIn} leaves no time to sign and to announce the next key: it must be more than twice --announce-for."));
        }

        if (expiresIn <= NearExpiry)
        {
            await output.SayAsync("It ends within 30 days, so the alert of a secret near its expiry comes at once.");
        }

        var version = await store.AddAsync(
            new NewVersion
            {
                Value = value,
                ContentType = value.StartsWith('{') ? "application/jwk+json" : "application/x-pem-file",
                NotBefore = isAtOnce ? start - ClockDifference : start,
                ExpiresOn = end,
                Tags = new Dictionary<string, string>
                {
                    [VersionTags.Kid] = key.Kid,
                    [VersionTags.Algorithm] = key.Algorithm,
                    [VersionTags.MadeBy] = "gatehouse-keys",
                },
            },
            cancellationToken);
        await output.SayAsync(isAtOnce
            ? $"Added {key.Algorithm} {key.Kid} as version {version}. It signs as soon as an instance reads the keys."
            : string.Create(CultureInfo.InvariantCulture, $"Added {key.Algorithm} {key.Kid} as version {version}. It is announced, and signs from {start.UtcDateTime:yyyy-MM-dd HH:mm}Z on."));
    }

    // One that fails must not keep the others: a key that has leaked may be among them.
    private async Task<bool> TryDisableAsync(StoredVersion old, CancellationToken cancellationToken)
    {
        var name = old.Kid ?? old.Version.Version;
        try
        {
            await store.DisableAsync(old.Version.Version, cancellationToken);
            await output.SayAsync($"Disabled {name}.");
            return true;
        }
        catch (KeyToolException exception)
        {
            await output.SayAsync($"{name} is STILL ENABLED. {exception.Message} Disable it with: retire {old.Version.Version}");
            return false;
        }
    }

    private async Task<int> ShowAsync(CancellationToken cancellationToken)
    {
        await output.WriteAsync((await ReadAsync(cancellationToken)).Describe());
        return ExitCode.Ok;
    }

    private async Task WarnAsync(KeyInventory inventory)
    {
        if (inventory.Active is null)
        {
            await output.SayAsync("No key signs: nobody can get a token. Make one with: new");
            return;
        }

        var now = time.GetUtcNow();
        var last = inventory.Usable.Max(static usable => usable.Version.ExpiresOn ?? DateTimeOffset.MaxValue);
        if (last - now <= NearExpiry)
        {
            await output.SayAsync(string.Create(CultureInfo.InvariantCulture, $"The last key ends at {last.UtcDateTime:yyyy-MM-dd HH:mm}Z. Make the next one with: rotate"));
        }
    }

    private Task<KeyInventory> ReadAsync(CancellationToken cancellationToken) => KeyInventory.ReadAsync(store, settings, time.GetUtcNow(), cancellationToken);
}
