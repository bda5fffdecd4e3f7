namespace Gatehouse.Protection;

/// <summary>There is no signing key to work with. The request is answered with 503 and <c>Retry-After</c>.</summary>
internal sealed class KeysUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>What a caller is told to wait.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);
}
