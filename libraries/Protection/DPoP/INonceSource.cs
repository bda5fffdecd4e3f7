namespace Gatehouse.Protection.DPoP;

/// <summary>
/// Creates nonces for proofs and recognizes them (RFC 9449 §8). An app registers at most one source; without one it
/// can't require nonces.
/// </summary>
internal interface INonceSource
{
    /// <summary>A nonce for the next proof.</summary>
    /// <exception cref="KeysUnavailableException">The source has no key to make one with.</exception>
    ValueTask<string> CreateAsync(CancellationToken cancellationToken);

    /// <summary>The age of a nonce; null when this source did not create it, or it is too old.</summary>
    /// <exception cref="KeysUnavailableException">The source has no key to recognize one with.</exception>
    ValueTask<TimeSpan?> FindAgeAsync(string nonce, CancellationToken cancellationToken);
}
