namespace Gatehouse.Protection.Caching;

/// <summary>When a <see cref="RequestDrivenCache{T}"/> reads its source.</summary>
internal sealed record RequestDrivenCacheOptions
{
    /// <summary>A value older than this, up to a tenth more, is still given out while it is read again in the background.</summary>
    public required TimeSpan RefreshAfter { get; init; }

    /// <summary>A value older than this is read again before it is given out.</summary>
    public required TimeSpan WaitAfter { get; init; }

    /// <summary>How long after a failed read the source is left alone.</summary>
    public required TimeSpan RetryAfterFailure { get; init; }

    /// <summary>
    /// How long after a failed read nobody waits for the next ones: the value, however old, is given out while they are
    /// tried in the background. Defaults to 0: a value older than <see cref="WaitAfter"/> is waited for at each try.
    /// </summary>
    public TimeSpan RetryInBackgroundFor { get; init; }

    /// <summary>How long one read may take. A request waits that long for it at the most.</summary>
    public required TimeSpan LoadTimeout { get; init; }

    /// <summary>Told of each failed read.</summary>
    public Action<Exception> OnFailure { get; init; } = static _ => { };

    /// <summary>
    /// For what is kept in Key Vault: read again after 5 minutes, at the latest after 15; 10 seconds between tries, which
    /// requests do not wait for. A vault that hangs would otherwise hold them up, time-out after time-out.
    /// </summary>
    public static RequestDrivenCacheOptions ForSecrets { get; } = new()
    {
        RefreshAfter = TimeSpan.FromMinutes(5),
        WaitAfter = TimeSpan.FromMinutes(15),
        RetryAfterFailure = TimeSpan.FromSeconds(10),
        RetryInBackgroundFor = TimeSpan.FromMinutes(15),
        LoadTimeout = TimeSpan.FromSeconds(20),
    };
}
