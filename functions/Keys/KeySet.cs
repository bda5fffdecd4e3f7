using System.Collections.Immutable;

namespace Gatehouse.Keys;

/// <summary>
/// The signing keys as they were read last. Which of them is announced, active or retiring depends on nothing but these
/// versions and the time, so every instance that has read the same versions agrees.
/// </summary>
internal sealed class KeySet(ImmutableArray<KeyVersion> versions, TimeSpan announceFor, TimeSpan retainFor)
{
    private volatile KeySchedule? _schedule;

    /// <summary>Whether there is no key at all.</summary>
    public bool IsEmpty => versions.IsEmpty;

    /// <inheritdoc cref="KeySchedule.FindActive"/>
    public SigningKey? FindActive(DateTimeOffset now) => At(now).FindActive(now);

    /// <inheritdoc cref="KeySchedule.FindForVerification"/>
    public SigningKey? FindForVerification(string kid, DateTimeOffset now) => At(now).FindForVerification(kid, now);

    /// <inheritdoc cref="KeySchedule.FindPublished"/>
    public ImmutableArray<SigningKey> FindPublished(DateTimeOffset now) => At(now).FindPublished(now);

    /// <inheritdoc cref="KeySchedule.StateOf"/>
    public KeyState StateOf(string kid, DateTimeOffset now) => At(now).StateOf(kid, now);

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

/// <summary>Where a signing key stands in its life.</summary>
internal enum KeyState
{
    /// <summary>Published, so that everybody knows it when it begins to sign.</summary>
    Announced,

    /// <summary>Signs.</summary>
    Active,

    /// <summary>Signs no more; the tokens that it signed are still accepted.</summary>
    Retiring,

    /// <summary>Done: its last token has ended, it has expired, or it is disabled.</summary>
    Retired,
}
