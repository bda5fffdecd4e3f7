namespace Gatehouse.Storage;

/// <summary>
/// The storage can't be reached, is too slow or too busy. The request is answered with 503 and <c>Retry-After</c>;
/// what it would have changed is unchanged, or was changed wholly and can be seen by reading again.
/// </summary>
/// <param name="message">For the log: which store, which operation. Never shown to a caller.</param>
/// <param name="innerException">What the storage's client said.</param>
internal sealed class StorageUnavailableException(string message, Exception innerException) : Exception(message, innerException)
{
    /// <summary>What a caller is told to wait.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
}
