using System.Globalization;
using Gatehouse.Keys;

namespace Gatehouse.KeyTool;

/// <summary>The actions of the verbs.</summary>
internal sealed class KeyActions(IKeyStore store, KeySettings settings, Func<string, string> createKey, TimeProvider time, KeyOutput output)
{
    // Azure warns of an expiry 30 days before it, so a shorter life would begin with the warning.
    private static readonly TimeSpan NearExpiry = TimeSpan.FromDays(30);

    // A version is usable from the time of the store's clock. If this machine's clock were ahead, no key could sign until then.
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

        await AddAsync(inventory, createKey(type ?? KeyType.Of(inventory.Active)), expiresIn, isAtOnce: false, cancellationToken);
        return await ShowAsync(cancellationToken);
    }

    public async Task<int> RotateAsync(string? type, TimeSpan expiresIn, bool isEmergency, CancellationToken cancellationToken)
    {
        var inventory = await ReadAsync(cancellationToken);
        if (inventory.Usable.IsEmpty)
        {
            throw new KeyToolException($"{store.Description} has no key to replace. Make the first one with: new");
        }

        await AddAsync(inventory, createKey(type ?? KeyType.Of(inventory.Active)), expiresIn, isEmergency, cancellationToken);
        if (!isEmergency)
        {
            return await ShowAsync(cancellationToken);
        }

        // The new key exists before the old ones are disabled, so an app that reads the keys meanwhile can always sign.
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
            "Each instance refuses the access tokens of the old keys once it reads the keys: when it meets a token of the new key, and within 15 minutes at the latest. "
            + "To refuse them at once, restart the app. Refresh tokens stay valid, so nobody needs to sign in again.");
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
            throw new KeyToolException("No other key can sign, so nobody could get a token. Make another key first: rotate --emergency does both. --force disables this key anyway.");
        }

        foreach (var version in versions)
        {
            await store.DisableAsync(version, cancellationToken);
        }

        await output.SayAsync($"Disabled {which}. Each instance refuses its tokens when it next reads the keys, within 15 minutes.");
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

        // Without an active key, no other key could sign while the new one is announced.
        var now = time.GetUtcNow();
        isAtOnce |= inventory.Active is null;
        var start = isAtOnce ? now : now + settings.AnnounceFor;
        if (!isAtOnce && inventory.SignsUntil is { } last && last < start)
        {
            start = last;
            await output.SayAsync(string.Create(CultureInfo.InvariantCulture, $"The key that signs now ends at {last.UtcDateTime:yyyy-MM-dd HH:mm}Z, so the new key is announced for less than {settings.AnnounceFor}."));
        }

        var end = now + expiresIn;
        if (end <= start + settings.AnnounceFor)
        {
            throw new KeyToolException(string.Create(CultureInfo.InvariantCulture, $"--expires-in {expiresIn} leaves no time to sign and to announce the next key: it must be more than twice --announce-for."));
        }

        if (expiresIn <= NearExpiry)
        {
            await output.SayAsync("The new version ends within 30 days, so the alert for a secret near its expiry fires at once.");
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
            ? $"Added {key.Algorithm} {key.Kid} as version {version}. Each instance signs with it once it reads the keys."
            : string.Create(CultureInfo.InvariantCulture, $"Added {key.Algorithm} {key.Kid} as version {version}. It is announced now and signs from {start.UtcDateTime:yyyy-MM-dd HH:mm}Z."));
    }

    // A failure must not stop the others, because the leaked key may be among them.
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
            await output.SayAsync("No key signs, so nobody can get a token. Make one with: new");
            return;
        }

        var now = time.GetUtcNow();
        var last = inventory.Usable.Max(static usable => usable.Version.ExpiresOn ?? DateTimeOffset.MaxValue);
        if (last - now <= NearExpiry)
        {
            await output.SayAsync(string.Create(CultureInfo.InvariantCulture, $"The last key ends at {last.UtcDateTime:yyyy-MM-dd HH:mm}Z. Make the next key with: rotate"));
        }
    }

    private Task<KeyInventory> ReadAsync(CancellationToken cancellationToken) => KeyInventory.ReadAsync(store, settings, time.GetUtcNow(), cancellationToken);
}
