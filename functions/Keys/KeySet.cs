using System.Collections.Immutable;

namespace Gatehouse.Keys;

/// <summary>
/// The signing keys as they were read last. Their states depend only on the versions and the time, so all instances
/// that have read the same versions agree.
/// </summary>
internal sealed class KeySet(ImmutableArray<KeyVersion> versions, TimeSpan announceFor, TimeSpan retainFor)
{
    /// <summary>The name of the metric for <see cref="FindSigningAge"/>.</summary>
    public const string SigningAgeMetric = "gatehouse.keys.signing_age";

    private volatile KeySchedule? _schedule;

    /// <summary>Whether there is no key.</summary>
    public bool IsEmpty => versions.IsEmpty;

    /// <inheritdoc cref="KeySchedule.FindActive"/>
    public SigningKey? FindActive(DateTimeOffset now) => At(now).FindActive(now);

    /// <inheritdoc cref="KeySchedule.FindForVerification"/>
    public SigningKey? FindForVerification(string kid, DateTimeOffset now) => At(now).FindForVerification(kid, now);

    /// <inheritdoc cref="KeySchedule.FindPublished"/>
    public ImmutableArray<SigningKey> FindPublished(DateTimeOffset now) => At(now).FindPublished(now);

    /// <inheritdoc cref="KeySchedule.StateOf"/>
    public KeyState StateOf(string kid, DateTimeOffset now) => At(now).StateOf(kid, now);

    /// <summary>The time for which the active key has signed; null without one.</summary>
    public TimeSpan? FindSigningAge(DateTimeOffset now) => FindActive(now) is { } active ? now - At(now).FindStart(active.Kid) : null;

    private KeySchedule At(DateTimeOffset now)
    {
        var schedule = _schedule;
        if (schedule is null || now >= schedule.Until || now < schedule.From)
        {
            _schedule = schedule = KeySchedule.Create(versions, announceFor, retainFor, now);
        }

        return schedule;
    }
}

/// <summary>An enabled version of the signing key.</summary>
internal sealed record KeyVersion(SecretVersion Version, SigningKey Key);

/// <summary>The state of a signing key.</summary>
internal enum KeyState
{
    /// <summary>Published, so that every verifier knows the key when it begins to sign.</summary>
    Announced,

    /// <summary>Signs new tokens.</summary>
    Active,

    /// <summary>No longer signs; its tokens are still accepted.</summary>
    Retiring,

    /// <summary>No longer used: its last token has expired, or the key has expired or is disabled.</summary>
    Retired,
}
