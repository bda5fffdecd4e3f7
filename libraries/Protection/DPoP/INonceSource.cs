namespace Gatehouse.Protection.DPoP;

/// <summary>
/// Gives out nonces for proofs and recognizes them (RFC 9449 §8). An app registers one, or none; without one no nonce can
/// be required.
/// </summary>
internal interface INonceSource
{
    /// <summary>A nonce for the next proof.</summary>
    /// <exception cref="KeysUnavailableException">The source has no key to make one with.</exception>
    ValueTask<string> CreateAsync(CancellationToken cancellationToken);

    /// <summary>How old a nonce is; null when this source did not give it out, or it is too old.</summary>
    /// <exception cref="KeysUnavailableException">The source has no key to recognize one with.</exception>
    ValueTask<TimeSpan?> FindAgeAsync(string nonce, CancellationToken cancellationToken);
}
