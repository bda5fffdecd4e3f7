using Microsoft.Azure.Functions.Worker;

namespace Gatehouse.Local.Functions;

/// <summary>An HTTP request is never tried again by the host.</summary>
internal sealed class LocalRetryContext : RetryContext
{
    public static readonly LocalRetryContext Instance = new();

    public override int RetryCount => 0;

    public override int MaxRetryCount => 0;
}
