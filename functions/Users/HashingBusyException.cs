namespace Gatehouse.Users;

/// <summary>More passwords wait to be hashed than this instance takes on. The request is answered with 503 and <c>Retry-After</c>.</summary>
internal sealed class HashingBusyException() : Exception("Too many sign-ins are waiting.")
{
    /// <summary>What a caller is told to wait.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);
}
