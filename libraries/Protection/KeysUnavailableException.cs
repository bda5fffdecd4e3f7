using Gatehouse.Protection.Http;

namespace Gatehouse.Protection;

/// <summary>No key of an issuer is known, so its tokens can be neither verified nor issued.</summary>
/// <param name="message">For the log: the owner of the keys, the reason and the remedy.</param>
/// <param name="innerException">The cause.</param>
internal sealed class KeysUnavailableException(string message, Exception? innerException = null)
    : ServiceUnavailableException(message, "The signing keys can't be read right now. Try again later.", RetryDelay, innerException)
{
    /// <summary>The value of <c>Retry-After</c>.</summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);
}
